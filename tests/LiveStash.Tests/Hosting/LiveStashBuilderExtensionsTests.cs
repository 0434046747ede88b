using LiveStash.Engines.InProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Hosting;

public sealed class LiveStashBuilderExtensionsTests
{
    private readonly ServiceCollection _services = new();

    [Fact]
    public void AddLiveStashCore_Alone_GivesSerializerAndInProcessEngine()
    {
        var builder = _services.AddLiveStashCore();
        using var provider = Build();

        Assert.Same(_services, builder.Services);
        Assert.IsType<InProcessEngine>(provider.GetRequiredKeyedService<IStashEngine>("memory"));
        Assert.NotNull(provider.GetRequiredService<IStashSerializer>());
        Assert.Equal(new StashEngineRegistration("memory"), Assert.Single(provider.GetServices<StashEngineRegistration>()));
        Assert.Equal("memory", Options(provider).Engine);
    }

    [Fact]
    public void AddLiveStashCore_Twice_RegistersNothingTwiceAndBothConfigure()
    {
        _services.AddLiveStashCore(options => (options.MaxStashBytes, options.MaxStashEntries) = (2000, 20));
        var before = _services.Count;
        _services.AddLiveStashCore(options => options.MaxStashEntries = 30);

        // All that came with the second call is what was given to it.
        Assert.Equal([typeof(IConfigureOptions<LiveStashOptions>)], _services.Skip(before).Select(descriptor => descriptor.ServiceType).Where(type => !IsStartValidation(type)));
        using var provider = Build();
        Assert.Single(provider.GetServices<StashEngineRegistration>());
        Assert.Single(provider.GetKeyedServices<IStashEngine>("memory"));
        Assert.Single(provider.GetServices<IStashSerializer>());
        Assert.Equal(["LiveStashOptionsValidator"], provider.GetServices<IValidateOptions<LiveStashOptions>>().Select(validator => validator.GetType().Name));
        Assert.Equal((2000, 30), (Options(provider).MaxStashBytes, Options(provider).MaxStashEntries));
    }

    [Fact]
    public void AddLiveStashCore_AppsOwnClockAndSerializer_AreKept()
    {
        var time = new FakeTimeProvider();
        var serializer = new NoSerializer();
        _services.AddSingleton<TimeProvider>(time).AddSingleton<IStashSerializer>(serializer).AddLiveStashCore();
        using var provider = Build();

        Assert.Same(time, Assert.Single(provider.GetServices<TimeProvider>()));
        Assert.Same(serializer, Assert.Single(provider.GetServices<IStashSerializer>()));
    }

    [Fact]
    public async Task ConfigureInProcessEngine_Bounds_ReachTheEngine()
    {
        _services.AddLiveStashCore().ConfigureInProcessEngine(options => options.MaxStashes = 1);
        using var provider = Build();
        var engine = provider.GetRequiredKeyedService<IStashEngine>("memory");
        var write = new StashWrite { Epoch = 1, BaseVersion = 0, Replace = true, Terms = new(TimeSpan.FromMinutes(1)) };

        Assert.Equal(StashOutcome.Ok, (await engine.WriteAsync(StashId.New(), write)).Outcome);
        Assert.Equal(StashOutcome.Unavailable, (await engine.WriteAsync(StashId.New(), write)).Outcome);
    }

    [Fact]
    public async Task AddLiveStashCore_Limits_ReachTheEngine()
    {
        _services.AddLiveStashCore(options => options.MaxStashBytes = 1024);
        using var provider = Build();
        var engine = provider.GetRequiredKeyedService<IStashEngine>("memory");
        var write = new StashWrite { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [new("a", new byte[1024])], Terms = new(TimeSpan.FromMinutes(1)) };

        Assert.Equal(StashOutcome.TooLarge, (await engine.WriteAsync(StashId.New(), write)).Outcome);
    }

    [Fact]
    public void AddEngine_SecondTimeWithTheSameName_TheFirstCounts()
    {
        var (first, second) = (new NoEngine(), new NoEngine());
        _services.AddLiveStashCore()
            .AddEngine("mine", ServiceLifetime.Singleton, _ => first)
            .AddEngine("mine", ServiceLifetime.Scoped, _ => second);
        using var provider = Build();

        Assert.Same(first, Assert.Single(provider.GetKeyedServices<IStashEngine>("mine")));
        Assert.Equal(["memory", "mine"], provider.GetServices<StashEngineRegistration>().Select(engine => engine.Name));
    }

    [Fact]
    public void AddEngine_Scoped_OneForEachScope()
    {
        _services.AddLiveStashCore().AddEngine("mine", ServiceLifetime.Scoped, _ => new NoEngine());
        using var provider = Build();
        using var one = provider.CreateScope();
        using var two = provider.CreateScope();

        Assert.Same(one.ServiceProvider.GetRequiredKeyedService<IStashEngine>("mine"), one.ServiceProvider.GetRequiredKeyedService<IStashEngine>("mine"));
        Assert.NotSame(one.ServiceProvider.GetRequiredKeyedService<IStashEngine>("mine"), two.ServiceProvider.GetRequiredKeyedService<IStashEngine>("mine"));
    }

    [Fact]
    public void UseEngine_SeveralTimes_TheLastCounts()
    {
        var builder = _services.AddLiveStashCore();
        builder.AddEngine("one", ServiceLifetime.Singleton, _ => new NoEngine()).UseEngine("one");
        builder.AddEngine("two", ServiceLifetime.Singleton, _ => new NoEngine()).UseEngine("two");
        using var provider = Build();

        Assert.Equal("two", Options(provider).Engine);
    }

    [Fact]
    public void UseEngine_UnknownName_OptionsCannotBeRead()
    {
        _services.AddLiveStashCore().UseEngine("redis");
        using var provider = Build();

        var thrown = Assert.Throws<OptionsValidationException>(() => Options(provider));
        Assert.Equal("LiveStashOptions.Engine is 'redis', but the registered engines are: memory.", thrown.Message);
    }

    [Fact]
    public async Task Dispose_OfTheProvider_StopsTheEnginesTimer()
    {
        var time = new FakeTimeProvider();
        _services.AddSingleton<TimeProvider>(time).AddLiveStashCore();
        InProcessEngine engine;
        await using (var provider = Build())
        {
            engine = (InProcessEngine)provider.GetRequiredKeyedService<IStashEngine>("memory");
            await engine.WriteAsync(StashId.New(), new() { Epoch = 1, BaseVersion = 0, Replace = true, Terms = new(TimeSpan.FromSeconds(1)) });
        }

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, engine.Count);
    }

    [Fact]
    public void Registration_WithoutArguments_ThrowsArgumentExceptions()
    {
        var builder = _services.AddLiveStashCore();

        Assert.Throws<ArgumentNullException>("services", () => LiveStashBuilderExtensions.AddLiveStashCore(null!));
        Assert.Throws<ArgumentNullException>(() => builder.ConfigureInProcessEngine(null!));
        Assert.Throws<ArgumentNullException>("factory", () => builder.AddEngine("mine", ServiceLifetime.Singleton, null!));
        Assert.Throws<ArgumentException>("name", () => builder.AddEngine("", ServiceLifetime.Singleton, _ => new NoEngine()));
        Assert.Throws<ArgumentException>("name", () => builder.UseEngine(""));
    }

    private static LiveStashOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<LiveStashOptions>>().Value;

    /// <summary>ValidateOnStart adds a step for each call; the step's effect is the same however often it stands there.</summary>
    private static bool IsStartValidation(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>) && type.GenericTypeArguments[0].Name == "StartupValidatorOptions";

    private ServiceProvider Build() => _services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

    private sealed class NoSerializer : IStashSerializer
    {
        public void Serialize<T>(System.Buffers.IBufferWriter<byte> writer, T value) => throw new NotSupportedException();

        public T? Deserialize<T>(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
    }

    private sealed class NoEngine : IStashEngine
    {
        public ValueTask<StashOpenResult> OpenAsync(StashId id, StashOpenMode mode, StashTerms terms, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<StashResult> WriteAsync(StashId id, StashWrite write, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<StashResult> TouchAsync(StashId id, long epoch, StashTerms terms, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<StashResult> ClearAsync(StashId id, long epoch, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
