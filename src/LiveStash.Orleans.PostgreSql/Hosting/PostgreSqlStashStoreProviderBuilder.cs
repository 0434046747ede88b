using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Providers;

[assembly: RegisterProvider("PostgreSql", "GrainStorage", "Silo", typeof(LiveStash.Orleans.PostgreSql.Hosting.PostgreSqlStashStoreProviderBuilder))]

namespace LiveStash.Orleans.PostgreSql.Hosting;

/// <summary>
/// Registration by Orleans' configuration: <c>Orleans:GrainStorage:LiveStash:ProviderType</c> is <c>PostgreSql</c>, beside it
/// <c>ConnectionString</c> or <c>ConnectionName</c>, and <c>CreateSchema</c>.
/// </summary>
internal sealed class PostgreSqlStashStoreProviderBuilder : IProviderBuilder<ISiloBuilder>
{
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        if (name != StashGrainOptions.StorageName)
        {
            throw new InvalidOperationException($"{configurationSection.Path}: the provider PostgreSql keeps nothing but stashes; its name is {StashGrainOptions.StorageName}.");
        }

        builder.AddLiveStashPostgreSqlStore(_ => { });
        builder.Services.AddOptions<PostgreSqlStashStoreOptions>().Bind(configurationSection).Configure<IConfiguration>((options, root) =>
        {
            if (options.ConnectionString.Length == 0 && configurationSection["ConnectionName"] is { Length: > 0 } connection)
            {
                options.ConnectionString = root.GetConnectionString(connection) ?? "";
            }
        });
    }
}
