using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.JSInterop;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>A web server: the app's services with <c>AddLiveStash()</c>. The engine is taken for a store outside of it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly Action<ILiveStashBuilder>? _configure;
    private readonly Action<LiveStashOptions>? _options;
    private readonly Action<IServiceCollection>? _services;
    private readonly ServiceProvider _provider;

    public TestServer(Action<ILiveStashBuilder>? configure = null, Action<LiveStashOptions>? options = null, Action<IServiceCollection>? services = null)
        : this(configure, options, services, null, new EphemeralDataProtectionProvider())
    {
    }

    private TestServer(Action<ILiveStashBuilder>? configure, Action<LiveStashOptions>? options, Action<IServiceCollection>? services, TestServer? before, IDataProtectionProvider keys)
    {
                (_configure, _options, _services) = (configure, options, services);
        // The clock stands still unless a test moves it.
        Action<LiveStashOptions> patience = static settings => settings.RecoveryPatience = TimeSpan.Zero;
        options = patience + options;
        var values = new LiveStashOptions();
        options(values);
        Time = before?.Time ?? new FakeTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
        Keys = keys;
        Logs = before?.Logs ?? new();
        Engine = before?.Engine ?? new(Time, values);
        var collection = new ServiceCollection();
        collection.AddLogging(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton<IHostEnvironment, HostEnvironment>();
        collection.AddKeyedSingleton<IStashEngine>(StashEngineNames.Memory, Engine);
        collection.AddScoped<CircuitContext>();
        collection.AddScoped<IJSRuntime>(provider => provider.GetRequiredService<CircuitContext>().Page ?? throw new InvalidOperationException("There is no page."));
        collection.AddScoped<NavigationManager, CircuitContext.Navigation>();
        services?.Invoke(collection);
        if (!collection.Any(descriptor => descriptor.ServiceType == typeof(IStashSessionKeyProvider)))
        {
            collection.AddScoped<IStashSessionKeyProvider>(provider => provider.GetRequiredService<CircuitContext>());
        }

        var builder = collection.AddLiveStash(options);
        collection.AddSingleton(Keys);
        configure?.Invoke(builder);
        _provider = collection.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public FakeTimeProvider Time { get; }

    public IDataProtectionProvider Keys { get; }

    public LogCollector Logs { get; }

    public FaultyStashEngine Engine { get; }

    public IServiceProvider Services => _provider;

    /// <summary>A new process with the same key ring, clock, log and outside store.</summary>
    public TestServer Restart(Action<ILiveStashBuilder>? configure = null, Action<LiveStashOptions>? options = null) =>
        new(configure ?? _configure, options ?? _options, _services, this, Keys);

    /// <summary>A new process that has lost the key ring.</summary>
    public TestServer RestartWithoutKeys() =>
        new(_configure, _options, _services, this, new EphemeralDataProtectionProvider());

    /// <summary>Opens a page in the tab and with it a circuit, up to where Blazor would make the first component.</summary>
    public async Task<TestCircuit> OpenAsync(FakeBrowser browser, Action<CircuitContext>? context = null, Action<FakePage>? page = null)
    {
        var circuit = Create(browser, context, page);
        await circuit.StartAsync();
        return circuit;
    }

    public TestCircuit Create(FakeBrowser browser, Action<CircuitContext>? context = null, Action<FakePage>? page = null)
    {
        var newPage = new FakePage(browser);
        page?.Invoke(newPage);
        var scope = _provider.CreateAsyncScope();
        var circuit = scope.ServiceProvider.GetRequiredService<CircuitContext>();
        circuit.Page = newPage;
        context?.Invoke(circuit);
        return new(scope, newPage);
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    internal sealed class HostEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Production;

        public string ApplicationName { get; set; } = "Test";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
