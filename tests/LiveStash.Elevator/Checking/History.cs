using System.Globalization;
using System.Text.RegularExpressions;
using LiveStash.Elevator.Actors;

namespace LiveStash.Elevator.Checking;

/// <summary>
/// What one tab typed, what it was told is saved, and what it showed. Each text is the tab's name and a number that goes up, so
/// that a text tells who typed it and when. Not safe for concurrent use.
/// </summary>
/// <param name="owner">The tab's name, the beginning of all that it types.</param>
internal sealed partial class History(string owner)
{
    private readonly HashSet<int>[] _typed = [.. Screen.FieldIds.Select(static _ => new HashSet<int>())];
    private readonly int[] _told = new int[Screen.FieldIds.Count];
    private readonly bool[] _isWrong = new bool[Screen.FieldIds.Count];
    private readonly bool[] _isNoted = new bool[Screen.FieldIds.Count]; // among what is wrong, until it is right again
    private int _number;

    /// <summary>How many states the page was told are saved.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The number of the last text that was typed.</summary>
    public int LastTyped => _number;

    /// <summary>The highest number that the page was told is saved.</summary>
    public int LastTold => _told.Max();

    /// <summary>What is wrong in a way that no fault excuses: a text of nobody or of another.</summary>
    public List<string> Foreign { get; } = [];

    /// <summary>Where a page that takes input and does not say Error showed less than it was told is saved.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>Whether the last screen shows all that the tab was told is saved.</summary>
    public bool IsRight { get; private set; } = true;

    /// <summary>What the last screen lacks, for people.</summary>
    public string Missing { get; private set; } = "";

    /// <summary>What was typed over while its field did not show what was saved, on a page that did not say Error: it can never come back.</summary>
    public List<string> TypedOver { get; } = [];

    /// <summary>The same on a page that said Error.</summary>
    public int TypedOverInError { get; private set; }

    /// <summary>The next text for a field, which counts as typed from now on.</summary>
    public string Type(int field, Screen screen)
    {
        if (_isWrong[field])
        {
            if (screen.Status == "Error")
            {
                TypedOverInError++; // the other fields are still to come back, and this one to show no less
            }
            else
            {
                TypedOver.Add($"{owner} typed over {Screen.FieldIds[field]}: it showed '{screen.Fields[field]}', and '{Text(_told[field])}' was saved; status {screen.Status}");
                _told[field] = 0;
            }

            _isWrong[field] = false;
        }

        _typed[field].Add(++_number);
        return Text(_number);
    }

    /// <summary>Takes in what the tab shows.</summary>
    public void Saw(Screen screen)
    {
        if (screen.Told.Length > 0)
        {
            Told(screen);
        }

        int[] numbers = [.. screen.Fields.Select(NumberOf)];
        if (!screen.IsInteractive)
        {
            return;
        }

        var missing = new List<string>();
        for (var field = 0; field < screen.Fields.Length; field++)
        {
            var isWrong = numbers[field] < _told[field];
            if (isWrong)
            {
                missing.Add($"{Screen.FieldIds[field]} is '{screen.Fields[field]}', and '{Text(_told[field])}' was saved");
                if (!_isNoted[field] && screen.Status != "Error")
                {
                    _isNoted[field] = true;
                    Wrong.Add($"{owner}: {missing[^1]}; status {screen.Status}, at {screen.At:0}");
                }
            }

            _isWrong[field] = isWrong;
            _isNoted[field] &= isWrong;
        }

        (IsRight, Missing) = (missing.Count == 0, string.Join("; ", missing));
    }

    /// <summary>What a copy of the tab lacks of what the tab was told is saved; null for nothing.</summary>
    public string? Lacks(string told, string[] shown)
    {
        int[] numbers = [.. shown.Select(NumberOf)];
        return told.Length > 0 && told.Split('|').Select(NumberOf).Zip(numbers).Any(static pair => pair.First > pair.Second)
            ? $"The copy of {owner} showed {string.Join('|', shown)}, and {told} was saved."
            : null;
    }

    /// <summary>Gives up what is lost, so that it is counted once. Answers with the number of fields that lost something.</summary>
    public int GiveUp(Screen screen)
    {
        var lost = 0;
        for (var field = 0; field < screen.Fields.Length; field++)
        {
            var number = NumberOf(screen.Fields[field], field);
            if (number < _told[field])
            {
                (_told[field], _isWrong[field], _isNoted[field]) = (number, false, false);
                lost++;
            }
        }

        (IsRight, Missing) = (true, "");
        return lost;
    }

    private string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"{owner}-{number:00000}");

    private void Told(Screen screen)
    {
        var isNew = false;
        var parts = screen.Told.Split('|');
        for (var field = 0; field < parts.Length; field++)
        {
            var number = NumberOf(parts[field], field);
            isNew |= number > _told[field];
            _told[field] = Math.Max(number, _told[field]);
        }

        Acknowledged += isNew ? 1 : 0;
    }

    /// <summary>0 for an empty field; what nobody of this tab typed is noted.</summary>
    private int NumberOf(string text, int field)
    {
        if (text.Length == 0)
        {
            return 0;
        }

        var match = Pattern().Match(text);
        var number = match.Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
        if (!match.Success || match.Groups[1].Value != owner || !_typed[field].Contains(number))
        {
            var what = $"{Screen.FieldIds[field]} of {owner} shows '{text}', which {owner} never typed there";
            if (!Foreign.Contains(what))
            {
                Foreign.Add(what);
            }
        }

        return number;
    }

    [GeneratedRegex(@"^([a-z]+\d+)-(\d{5})$")]
    private static partial Regex Pattern();
}
