using Microsoft.Extensions.Options;

namespace LiveStash.Engines;

internal sealed class BrowserEngineOptionsValidator : IValidateOptions<BrowserEngineOptions>
{
    public ValidateOptionsResult Validate(string? name, BrowserEngineOptions options)
    {
        var errors = new List<string>();
        if (options.Protection is not (StashTokenProtection.Encrypt or StashTokenProtection.Sign))
        {
            errors.Add("BrowserEngineOptions.Protection is not set; choose StashTokenProtection.Encrypt, or Sign if users may read the state.");
        }

        if (options.CompressAboveBytes < 0)
        {
            errors.Add($"BrowserEngineOptions.CompressAboveBytes is {options.CompressAboveBytes}; set zero or more.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
