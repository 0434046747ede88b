using LiveStash.Elevator.Actors;

namespace LiveStash.Elevator.Checking;

/// <summary>Counts what happened to somebody's pages, each thing once: whatever was not counted yet belongs to what is closed next.</summary>
/// <param name="actors">Those with the pages.</param>
internal sealed class Ledger(IReadOnlyList<Actor> actors)
{
    private readonly Counted[] _counted = new Counted[actors.Count];

    /// <summary>Counts all since the last time, gives up what is lost, and answers with it.</summary>
    public Tally Close()
    {
        var tally = new Tally();
        for (var i = 0; i < actors.Count; i++)
        {
            var (actor, was) = (actors[i], _counted[i]);
            tally = actor.Look((history, screen) =>
            {
                var missing = history.IsRight ? [] : new[] { $"{actor.Name}: {history.Missing}." };
                var lost = history.IsRight ? 0 : history.GiveUp(screen);
                _counted[i] = new(history.Acknowledged, history.Wrong.Count, history.TypedOver.Count, history.TypedOverInError, history.Foreign.Count, actor.NotTaken, actor.ErrorPages, actor.Failures.Count);
                return tally with
                {
                    Acknowledged = tally.Acknowledged + history.Acknowledged - was.Acknowledged,
                    Lost = tally.Lost + lost + history.TypedOver.Count - was.TypedOver,
                    Wrong = tally.Wrong + history.Wrong.Count - was.Wrong,
                    Foreign = tally.Foreign + history.Foreign.Count - was.Foreign,
                    TypedOverInError = tally.TypedOverInError + history.TypedOverInError - was.TypedOverInError,
                    NotTaken = tally.NotTaken + actor.NotTaken - was.NotTaken,
                    ErrorPages = tally.ErrorPages + actor.ErrorPages - was.ErrorPages,
                    What = [.. tally.What, .. missing, .. history.TypedOver.Skip(was.TypedOver), .. history.Wrong.Skip(was.Wrong), .. history.Foreign.Skip(was.Foreign)],
                    Failures = [.. tally.Failures, .. actor.Failures.Skip(was.Failures)],
                };
            });
        }

        return tally;
    }

    private readonly record struct Counted(int Acknowledged, int Wrong, int TypedOver, int TypedOverInError, int Foreign, int NotTaken, int ErrorPages, int Failures);
}
