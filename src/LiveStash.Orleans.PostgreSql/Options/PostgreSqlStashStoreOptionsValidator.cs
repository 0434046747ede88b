using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Hosting;

namespace LiveStash.Orleans.PostgreSql.Options;

internal sealed class PostgreSqlStashStoreOptionsValidator : IValidateOptions<PostgreSqlStashStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgreSqlStashStoreOptions options)
    {
        // Names no part of it: there is a password in it.
        const string Example = "set it to a connection string of Npgsql, as Host=...;Username=...;Password=...;Database=...";
        try
        {
            return new NpgsqlConnectionStringBuilder(options.ConnectionString).Host is { Length: > 0 }
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"PostgreSqlStashStoreOptions.ConnectionString names no host; {Example}.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            return ValidateOptionsResult.Fail($"PostgreSqlStashStoreOptions.ConnectionString cannot be read; {Example}.");
        }
    }
}
