using Aspire.Hosting.Orleans;

namespace AspireSample;

/// <summary>A part of Orleans' configuration that is in PostgreSQL, which Aspire itself has none for.</summary>
/// <param name="type">As in <c>Orleans:Clustering:ProviderType</c>.</param>
/// <param name="database">Its name is that of the connection string.</param>
internal sealed class PostgreSqlProvider(string type, IResourceBuilder<IResourceWithConnectionString> database) : IProviderConfiguration
{
    public void ConfigureResource<T>(IResourceBuilder<T> resourceBuilder, string configurationSectionPath)
        where T : IResourceWithEnvironment =>
        resourceBuilder.WithEnvironment($"Orleans__{configurationSectionPath}__ProviderType", type).WithReference(database);
}
