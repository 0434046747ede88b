using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using LiveStash.Elevator.Checking;
using LiveStash.Elevator.Faults;
using LiveStash.Elevator.Promises;
using LiveStash.Elevator.Reporting;
using LiveStash.Elevator.World;

var config = new Option<string[]>("--config") { Description = $"One or more of: {string.Join(", ", Setup.All.Select(static setup => setup.Name))}.", DefaultValueFactory = static _ => ["cohosted"], AllowMultipleArgumentsPerToken = true };
config.AcceptOnlyFromAmong([.. Setup.All.Select(static setup => setup.Name)]);
var faults = new Option<int>("--faults") { Description = "How many.", DefaultValueFactory = static _ => 15 };
var minutes = new Option<double?>("--minutes") { Description = "Makes no fault any more when so many are over, and reports on those that were made." };
var seed = new Option<int?>("--seed") { Description = "Repeats the schedule of a run that printed it." };
var tabs = new Option<int>("--tabs") { Description = "How many tabs.", DefaultValueFactory = static _ => 10 };
var visitors = new Option<int>("--visitors") { Description = "How many tabs without a browser beside them, as load." };
var only = new Option<FaultKind[]>("--only") { Description = "These faults alone.", AllowMultipleArgumentsPerToken = true };
var isLong = new Option<bool>("--long") { Description = "With the faults that take long, a freeze of 40 s for example." };
var folder = new Option<DirectoryInfo?>("--out") { Description = "Where to put the report, the timeline, a picture and the logs." };

var command = new RootCommand("Tries to lose what a page was told is saved.") { config, faults, minutes, seed, tabs, visitors, only, isLong, folder };
command.SetAction(async (parsed, _) =>
{
    var isKept = true;
    foreach (var name in parsed.GetValue(config)!)
    {
        isKept &= await RunAsync(parsed, Setup.All.Single(setup => setup.Name == name));
    }

    return isKept ? 0 : 1;
});

var pictures = new Argument<DirectoryInfo>("folder");
var film = new Command("film", "Makes the pictures of a tab whose server is killed, for tests/film.sh.") { pictures };
film.SetAction((parsed, _) => Film.MakeAsync(parsed.GetValue(pictures)!));
command.Add(film);
return await command.Parse(args).InvokeAsync();

async Task<bool> RunAsync(ParseResult parsed, Setup setup)
{
    var chosen = parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(100_000);
    var schedule = Fault.Schedule(setup, chosen, parsed.GetValue(faults), !parsed.GetValue(isLong), parsed.GetValue(only)!).ToArray();
    string[] options =
    [
        $"--config {setup.Name} --faults {schedule.Length} --seed {chosen} --tabs {parsed.GetValue(tabs)}",
        .. parsed.GetValue(visitors) is > 0 and var count ? [$"--visitors {count}"] : Array.Empty<string>(),
        .. parsed.GetValue(isLong) ? ["--long"] : Array.Empty<string>(),
        .. parsed.GetValue(only) is { Length: > 0 } kinds ? [$"--only {string.Join(' ', kinds)}"] : Array.Empty<string>(),
    ];
    Say($"Seed {chosen}: bash tests/elevator.sh {string.Join(' ', options)}");
    if (parsed.GetValue(isLong) && !Wires.CanBeCut)
    {
        Say("No wires are cut: that wants root and iptables.");
    }

    if (parsed.GetValue(isLong) && !Clocks.CanBeMoved)
    {
        Say("No clocks are moved: that wants a C compiler, cc.");
    }

    var run = new Run(setup, schedule, parsed.GetValue(tabs), parsed.GetValue(visitors), chosen, Say);
    await run.RunAsync(parsed.GetValue(minutes) is { } most ? TimeSpan.FromMinutes(most) : TimeSpan.MaxValue);
    var report = Report.Write(setup, chosen, run);
    Say("");
    Say(report);
    Say($"{setup.Name}: {Report.Sum(run)}");
    if (parsed.GetValue(folder) is { } target)
    {
        target.Create();
        await File.WriteAllTextAsync(Path.Combine(target.FullName, $"{setup.Name}.md"), report);
        await File.WriteAllTextAsync(Path.Combine(target.FullName, $"{setup.Name}.svg"), Timeline.Draw($"{setup.Name}: {Report.Sum(run)}", run));
        await File.WriteAllBytesAsync(Path.Combine(target.FullName, $"{setup.Name}.png"), run.Picture);
        foreach (var (node, lines, _) in run.Logs)
        {
            await File.WriteAllLinesAsync(Path.Combine(target.FullName, $"{setup.Name} {node}.log"), lines);
        }
    }

    return run.Results.All(static result => result.IsKept);
}

static void Say(string line) => Console.WriteLine(line.Length == 0 ? line : string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetLocalNow():HH:mm:ss} {line}"));
