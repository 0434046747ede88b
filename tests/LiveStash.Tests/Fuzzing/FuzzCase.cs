namespace LiveStash.Tests.Fuzzing;

/// <summary>One input.</summary>
/// <param name="Mutation">How it was made.</param>
/// <param name="Input">The input itself, for the message of a failure.</param>
/// <param name="Act">Gives it to the code under test; measured. Whatever it throws has escaped.</param>
/// <param name="Judge">Says which property does not hold; <see langword="null"/> when all do.</param>
internal sealed record FuzzCase(string Mutation, object Input, Func<Task> Act, Func<string?> Judge)
{
    public FuzzCase(string mutation, object input, Action act, Func<string?> judge)
        : this(
            mutation,
            input,
            () =>
            {
                act();
                return Task.CompletedTask;
            },
            judge)
    {
    }
}
