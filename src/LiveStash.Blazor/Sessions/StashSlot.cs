using System.Buffers;

namespace LiveStash.Sessions;

/// <summary>
/// One attached component: compares its properties with what was saved last and tells the session what differs.
/// </summary>
internal sealed class StashSlot : IStashSlot
{
    private readonly StashSession _session;
    private readonly object _component;
    private readonly IStashSerializer _serializer;
    private readonly Property[] _properties;
    private readonly List<string> _dropped = [];
    private readonly List<string> _obsolete = [];
    private StashSlot? _contested;

    public StashSlot(StashSession session, object component, StashPlan plan, StashSlotSettings settings, IStashSerializer serializer)
    {
        _session = session;
        _component = component;
        _serializer = serializer;
        Settings = settings;
        Name = StashNames.Slot(plan, settings.Key);
        var properties = plan.Properties.Select(property => Bind(property, property.Scope ?? settings.Scope)).ToArray();
        HasTabScope = properties.Any(static property => property.Scope == StashScope.Tab);
        _properties = settings.Version == 1
            ? properties
            : [.. properties, .. properties.Select(static property => property.Scope).Distinct().Select(scope => Bind(new StashVersionProperty(settings.Version), scope))];
    }

    public StashSlotSettings Settings { get; }

    /// <summary>Component type and key.</summary>
    public string Name { get; }

    public bool HasTabScope { get; }

    public bool IsDisposed { get; private set; }

    /// <summary>Whether the component was disposed of in a circuit that goes on.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Whether what was saved before was removed by the page; it is not to be recovered any more.</summary>
    public bool WasReset { get; private set; }

    public StashStatus Status { get; private set; }

    public IReadOnlyList<string> DroppedProperties => _dropped;

    public Task<StashSaveResult> StashAsync()
    {
        ThrowIfContested();
        return _session.SaveAsync(this);
    }

    public void AutoStash() => _session.AutoSave(this);

    public Task<StashSaveResult> ResetAsync() => _session.ResetAsync(this);

    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            _session.Detach(this);
        }
    }

    /// <summary>
    /// Another component had this key when this one was attached. During a navigation both are there for a moment; a
    /// mistake it is when the other one is still there after the render.
    /// </summary>
    public void Contest(StashSlot other) => _contested = other;

    public void FirstRendered()
    {
        ThrowIfContested();
        _session.FirstRendered(this);
    }

    /// <summary>There is no live session to recover from or to save to.</summary>
    public void Deactivate(StashStatus status) => Status = status;

    private void ThrowIfContested()
    {
        if (_contested is { IsDisposed: false })
        {
            throw new InvalidOperationException(
                $"Two components are attached to the stash as '{Name}'. Tell them apart: give each a StashKey that survives a reload, " +
                $"for example <{_component.GetType().Name} @key=\"item.Id\" StashKey=\"@item.Id.ToString()\" />.");
        }

        _contested = null;
    }

    /// <summary>Takes the present values of what is not saved as those the component starts with.</summary>
    public void TakeBaseline()
    {
        foreach (var property in _properties)
        {
            property.Baseline = property.Saved is null ? Serialize(property).ToArray() : null;
        }
    }

    /// <summary>Takes the present values once more as those the component starts with, where nothing else was set or saved since it got them.</summary>
    public void RetakeBaseline()
    {
        foreach (var property in _properties)
        {
            if (property.Baseline is not null)
            {
                property.Baseline = Serialize(property).ToArray();
            }
        }
    }

    /// <summary>
    /// What was changed is the user's from now on, also when it is changed back to what the component started with.
    /// </summary>
    public void Claim()
    {
        foreach (var property in _properties)
        {
            if (property.Baseline is { } baseline && !Serialize(property).SequenceEqual(baseline))
            {
                property.Baseline = null;
            }
        }
    }

    /// <summary>The present values, in the order of the properties.</summary>
    public byte[][] Present() => [.. _properties.Select(property => Serialize(property).ToArray())];

    /// <summary>Whether a property was changed since it was saved or, if it never was, since the component started.</summary>
    public bool DiffersFromBaseline()
    {
        foreach (var property in _properties)
        {
            if (!Serialize(property).SequenceEqual(property.Saved ?? property.Baseline))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether there is something to save: a property differs from what was saved or, if it never was, is not just what the
    /// component started with, or that is not the default of its type and might be another one next time.
    /// </summary>
    public bool NeedsSave()
    {
        foreach (var property in _properties)
        {
            var bytes = Serialize(property);
            if (!bytes.SequenceEqual(property.Saved ?? property.Baseline) || (property.Saved is null && !property.Plan.IsDefault(_component)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the slot already has what is saved, so that a late answer brings nothing new.</summary>
    public bool Holds(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved)
    {
        foreach (var property in _properties)
        {
            var known = saved.TryGetValue(property.EntryName, out var bytes);
            if (Status == StashStatus.Error || (known && (property.Saved is null || !bytes.Span.SequenceEqual(property.Saved))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds the entries that differ from what was saved last, and the names of those that another version left behind. The arrays are never changed afterwards.</summary>
    public void Collect(List<StashEntry> changed, List<string> obsolete)
    {
        if (_properties.All(static property => property.Saved is null) && !NeedsSave())
        {
            return;
        }

        obsolete.AddRange(_obsolete);
        foreach (var property in _properties)
        {
            var bytes = Serialize(property);
            if (property.Saved is null || !bytes.SequenceEqual(property.Saved))
            {
                changed.Add(new(property.EntryName, bytes.ToArray()));
            }
        }
    }

    /// <summary>Remembers what the engine acknowledged.</summary>
    public void Acknowledge(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved)
    {
        _obsolete.Clear();
        foreach (var property in _properties)
        {
            property.Saved = saved.TryGetValue(property.EntryName, out var bytes) ? ArrayOf(bytes) : null;
            property.Baseline = null;
        }
    }

    /// <summary>Takes over what the engine turned out to have as what was saved last, and leaves the properties as they are.</summary>
    /// <param name="saved">What the engine has, by entry name.</param>
    /// <param name="removals">Names that are about to be removed.</param>
    public void Rebase(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, IReadOnlySet<string> removals)
    {
        foreach (var property in _properties)
        {
            property.Saved = !removals.Contains(property.EntryName) && saved.TryGetValue(property.EntryName, out var bytes) ? ArrayOf(bytes) : null;
        }
    }

    /// <summary>Nothing of this slot is saved any more; what it showed then is not worth a write until it changes.</summary>
    /// <param name="shown">What <see cref="Present"/> told then.</param>
    public void Forget(byte[][] shown)
    {
        WasReset = true;
        for (var i = 0; i < _properties.Length; i++)
        {
            (_properties[i].Saved, _properties[i].Baseline) = (null, shown[i]);
        }
    }

    /// <summary>
    /// Puts saved values into the properties, as far as their scope allows and the bytes can be read, and sets the status.
    /// </summary>
    /// <param name="saved">What the engine has, by entry name.</param>
    /// <param name="reconnected">Whether entries of the Reconnect scope are recovered: the page comes back from a loss.</param>
    /// <param name="opened">What became of the stash of the tab.</param>
    /// <param name="onDropped">Told which property's value could not be read.</param>
    /// <param name="onDiscarded">Told which other version had saved, when this one does not take that over, and what its migration threw.</param>
    public void Recover(
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, bool reconnected, StashStatus opened,
        Action<string, Exception> onDropped, Action<int, Exception?> onDiscarded)
    {
        if (SavedVersion(saved, reconnected) is { } version && version != Settings.Version)
        {
            Migrate(version, saved, reconnected, onDiscarded);
            return;
        }

        var applied = 0;
        foreach (var property in _properties)
        {
            if ((property.Scope == StashScope.Reconnect && !reconnected) || !saved.TryGetValue(property.EntryName, out var bytes))
            {
                continue;
            }

            try
            {
                property.Plan.Apply(_serializer, bytes.Span, _component);
                property.Saved = ArrayOf(bytes);
                applied += property.Plan is StashVersionProperty ? 0 : 1;
            }
            catch (Exception exception)
            {
                // The serializer is the app's: whatever it throws, one entry must not cost the others.
                _dropped.Add(property.Plan.Name);
                onDropped(property.Plan.Name, exception);
            }
        }

        TakeBaseline();

        // Without a loss only the Tab scope asks for anything.
        var asked = reconnected || (HasTabScope && opened != StashStatus.Recovered);
        Status = (applied, _dropped.Count) switch
        {
            ( > 0, _) => StashStatus.Recovered,
            (_, > 0) => StashStatus.Error,
            _ when !asked || opened == StashStatus.New => StashStatus.New,
            _ => opened == StashStatus.Recovered ? StashStatus.NotFound : opened,
        };
    }

    /// <summary>The names of this slot's entries in one scope, or in both. With those that another version of the component left.</summary>
    public IEnumerable<string> EntryNames(StashScope? scope = null) =>
        _properties.Where(property => scope is null || property.Scope == scope).Select(property => property.EntryName)
            .Concat(_obsolete.Where(name => scope is null || StashNames.IsIn(name, Name, scope.Value)));

    /// <summary>The names of the entries whose values the component has.</summary>
    public IEnumerable<string> RecoveredNames() =>
        _properties.Where(static property => property.Saved is not null).Select(static property => property.EntryName);

    /// <summary>Which version of the component has saved; <see langword="null"/> when nothing is there to be recovered.</summary>
    private int? SavedVersion(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, bool reconnected)
    {
        int? version = null;
        foreach (var scope in Scopes(reconnected))
        {
            var prefix = StashNames.Prefix(Name, scope);
            if (saved.TryGetValue(prefix + StashNames.VersionProperty, out var bytes))
            {
                return StashVersionProperty.Read(bytes.Span);
            }

            version ??= Settings.Version == 1 || !saved.Keys.Any(name => StashNames.IsIn(name, Name, scope)) ? null : 1;
        }

        return version;
    }

    /// <summary>Lets the component take over what another version of it had saved; discards that otherwise.</summary>
    private void Migrate(int version, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> saved, bool reconnected, Action<int, Exception?> onDiscarded)
    {
        _obsolete.AddRange(saved.Keys
            .Where(name => StashNames.IsIn(name, Name, StashScope.Reconnect) || StashNames.IsIn(name, Name, StashScope.Tab))
            .Except(_properties.Select(static property => property.EntryName)));
        ReadOnlyMemory<byte>? Find(string property) =>
            Scopes(reconnected).Select(scope => saved.TryGetValue(StashNames.Entry(Name, property, scope), out var bytes) ? bytes : default(ReadOnlyMemory<byte>?))
                .FirstOrDefault(static bytes => bytes is not null);

        Exception? failure = null;
        try
        {
            Status = Settings.Migrate?.Invoke(new(version, Find, _serializer)) == true ? StashStatus.Recovered : StashStatus.Error;
        }
        catch (Exception exception)
        {
            // The app's code: a migration that fails must not cost the page.
            (Status, failure) = (StashStatus.Error, exception);
        }

        if (Status == StashStatus.Error)
        {
            onDiscarded(version, failure);
            _dropped.AddRange(_properties.Where(static property => property.Plan is not StashVersionProperty).Select(static property => property.Plan.Name));
            TakeBaseline();
        }
    }

    private static IEnumerable<StashScope> Scopes(bool reconnected) => reconnected ? [StashScope.Reconnect, StashScope.Tab] : [StashScope.Tab];

    private Property Bind(StashProperty property, StashScope scope) => new(property, scope, StashNames.Entry(Name, property.Name, scope));

    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();

    /// <summary>The present value; valid until the next call.</summary>
    private ReadOnlySpan<byte> Serialize(Property property)
    {
        var scratch = _session.Scratch;
        scratch.ResetWrittenCount();
        try
        {
            property.Plan.Serialize(_serializer, scratch, _component);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"[Stash] property {_component.GetType()}.{property.Plan.Name} cannot be serialized: {exception.Message} " +
                "Mark members with [JsonIgnore], set LiveStashOptions.JsonSerializerOptions, or keep another shape of the value.", exception);
        }

        return scratch.WrittenSpan;
    }

    private sealed class Property(StashProperty plan, StashScope scope, string entryName)
    {
        public StashProperty Plan { get; } = plan;

        public StashScope Scope { get; } = scope;

        public string EntryName { get; } = entryName;

        /// <summary>What the engine has; <see langword="null"/> when nothing.</summary>
        public byte[]? Saved { get; set; }

        /// <summary>What the component started with, until something of it is saved.</summary>
        public byte[]? Baseline { get; set; }
    }
}
