using AspireSample;
using Microsoft.Extensions.Configuration;

const string Database = "Orleans";

var builder = DistributedApplication.CreateBuilder(args);

// A PostgreSQL that is there (ConnectionStrings:Orleans), or else one in a container.
IResourceBuilder<IResourceWithConnectionString> database = builder.Configuration.GetConnectionString(Database) is { Length: > 0 }
    ? builder.AddConnectionString(Database)
    : builder.AddPostgres("postgres").AddDatabase(Database);
var adoNet = new PostgreSqlProvider("AdoNet", database);
var orleans = builder.AddOrleans("cluster")
    .WithClusterId("livestash")
    .WithServiceId("livestash")
    .WithClustering(adoNet)
    .WithReminders(adoNet)
    .WithGrainStorage("LiveStash", new PostgreSqlProvider("PostgreSql", database));

var schema = builder.AddProject<Projects.SiloHost>("schema")
    .WithReference(orleans)
    .WithArgs("--apply-schema");
var silos = builder.AddProject<Projects.SiloHost>("silo")
    .WithReference(orleans)
    .WithEnvironment("LiveStash__DefaultDurability", "WriteThrough")
    .WithHttpEndpoint(name: "health")
    .WithReplicas(2)
    .WaitForCompletion(schema);

// Any of them finds every stash: what stands before them needs no sticky sessions.
builder.AddProject<Projects.Cluster>("web")
    .WithReference(orleans.AsClient())
    .WithEnvironment("Cluster__Mode", "client")
    .WithHttpEndpoint(builder.Configuration.GetValue("Web:Port", 5080), name: "pages")
    .WithReplicas(2)
    .WaitFor(silos);

await builder.Build().RunAsync();
