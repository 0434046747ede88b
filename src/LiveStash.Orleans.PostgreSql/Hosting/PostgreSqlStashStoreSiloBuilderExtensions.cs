using LiveStash.Orleans.PostgreSql.Options;
using LiveStash.Orleans.PostgreSql.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>Registration of the store on a silo.</summary>
public static class PostgreSqlStashStoreSiloBuilderExtensions
{
    /// <summary>
    /// Stores durable stashes in PostgreSQL: of a change only what changed, and many stashes in one commit. It is the grain storage
    /// named <see cref="StashGrainOptions.StorageName"/>, in place of <c>AddAdoNetGrainStorage</c>, whose rows it does not read.
    /// Calling it again is harmless.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets options.</param>
    public static ISiloBuilder AddLiveStashPostgreSqlStore(this ISiloBuilder builder, Action<PostgreSqlStashStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var services = builder.Services;
        services.AddOptions<PostgreSqlStashStoreOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlStashStoreOptions>, PostgreSqlStashStoreOptionsValidator>());
        if (!services.Any(static service => service.ServiceType == typeof(PostgreSqlStore)))
        {
            services.AddSingleton<PostgreSqlStore>();
            services.AddGrainStorage(StashGrainOptions.StorageName, static (provider, _) => provider.GetRequiredService<PostgreSqlStore>());
        }

        return builder;
    }

    /// <inheritdoc cref="AddLiveStashPostgreSqlStore(ISiloBuilder, Action{PostgreSqlStashStoreOptions})"/>
    /// <param name="builder">The silo.</param>
    /// <param name="connectionString">See <see cref="PostgreSqlStashStoreOptions.ConnectionString"/>.</param>
    public static ISiloBuilder AddLiveStashPostgreSqlStore(this ISiloBuilder builder, string connectionString) =>
        builder.AddLiveStashPostgreSqlStore(options => options.ConnectionString = connectionString);
}
