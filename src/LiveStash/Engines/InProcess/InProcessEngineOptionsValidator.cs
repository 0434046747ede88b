using Microsoft.Extensions.Options;

namespace LiveStash.Engines.InProcess;

internal sealed class InProcessEngineOptionsValidator : IValidateOptions<InProcessEngineOptions>
{
    public ValidateOptionsResult Validate(string? name, InProcessEngineOptions options)
    {
        var errors = new List<string>();
        if (options.MaxStashes < 1)
        {
            errors.Add($"InProcessEngineOptions.MaxStashes is {options.MaxStashes}; set at least 1.");
        }

        if (options.MaxTotalBytes < 1024)
        {
            errors.Add($"InProcessEngineOptions.MaxTotalBytes is {options.MaxTotalBytes}; set at least 1024.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
