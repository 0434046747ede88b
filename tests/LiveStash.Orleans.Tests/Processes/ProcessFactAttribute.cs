using LiveStash.Orleans.Tests.Processes.Hosting;

namespace LiveStash.Orleans.Tests.Processes;

/// <summary>A test with real processes and a database. Skipped where PostgreSQL is not installed; tests/run.sh installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcessFactAttribute : FactAttribute
{
    /// <summary>See the class.</summary>
    public ProcessFactAttribute()
    {
        if (PostgresServer.Programs is null)
        {
            Skip = "PostgreSQL is not installed (apt-get install postgresql).";
        }
    }
}
