using Microsoft.Extensions.Options;

namespace LiveStash.Options;

internal sealed class LiveStashOptionsValidator(IEnumerable<StashEngineRegistration> engines) : IValidateOptions<LiveStashOptions>
{
    public ValidateOptionsResult Validate(string? name, LiveStashOptions options)
    {
        var errors = new List<string>();
        if (options.TimeToLive <= TimeSpan.Zero || options.TimeToLive > StashTerms.MaxTimeToLive)
        {
            errors.Add($"LiveStashOptions.TimeToLive is {options.TimeToLive}; set it above zero and to at most {StashTerms.MaxTimeToLive.TotalDays:0} days.");
        }

        if (options.EngineTimeout <= TimeSpan.Zero || options.EngineTimeout > TimeSpan.FromMinutes(1))
        {
            errors.Add($"LiveStashOptions.EngineTimeout is {options.EngineTimeout}; set it above zero and to at most one minute: a page waits for it.");
        }

        if (options.RecoveryPatience < TimeSpan.Zero || options.RecoveryPatience > TimeSpan.FromMinutes(10))
        {
            errors.Add($"LiveStashOptions.RecoveryPatience is {options.RecoveryPatience}; set zero or more, and at most ten minutes: a page is inert as long.");
        }

        if (options.MaxStashBytes < 1024)
        {
            errors.Add($"LiveStashOptions.MaxStashBytes is {options.MaxStashBytes}; set at least 1024.");
        }

        if (options.MaxStashEntries < 1)
        {
            errors.Add($"LiveStashOptions.MaxStashEntries is {options.MaxStashEntries}; set at least 1.");
        }

        if (options.JsonSerializerOptions is null)
        {
            errors.Add("LiveStashOptions.JsonSerializerOptions is null; leave its default or set your own.");
        }

        if (!engines.Any(engine => engine.Name == options.Engine))
        {
            errors.Add($"LiveStashOptions.Engine is '{options.Engine}', but the registered engines are: {string.Join(", ", engines.Select(engine => engine.Name).Distinct())}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
