using System.Buffers;
using System.IO.Hashing;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LiveStash.Declaring;

namespace LiveStash.Comparing;

/// <summary>
/// The cell of a property of one type. A value without references, and a text, is compared as it is; what else may have been
/// changed in place, so it is serialized, and the hash compared.
/// </summary>
internal sealed class StashCell<T>(StashProperty<T> property, StashScope scope, bool initializationWins) : StashCell(property, scope, initializationWins)
{
    private const int LargestKeptBuffer = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    private T? _seen;
    private UInt128 _hash;
    private bool _known;
    private object? _edited;

    private static bool IsCompared => !RuntimeHelpers.IsReferenceOrContainsReferences<T>() || typeof(T) == typeof(string);

    public override bool IsObject => !IsCompared && !typeof(T).IsValueType;

    public override bool Look(object owner, IStashSerializer serializer, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var value = property.Get(owner);
        if (IsCompared)
        {
            if (_known && IsSame(value, _seen))
            {
                return false;
            }

            bytes = Serialize(serializer, value);
            (_seen, _known) = (value, true);
            return true;
        }

        bytes = Serialize(serializer, value);
        var hash = XxHash128.HashToUInt128(bytes);
        if (_known && hash == _hash)
        {
            return false;
        }

        (_hash, _known) = (hash, true);
        return true;
    }

    public override void Note(object owner, IStashSerializer serializer)
    {
        var value = property.Get(owner);
        if (IsCompared)
        {
            _seen = value;
        }
        else
        {
            _hash = XxHash128.HashToUInt128(Serialize(serializer, value));
        }

        _known = true;
    }

    public override void Forget() => (_seen, _known) = (default, false);

    public override void NoteEdited(object owner) => _edited = IsObject ? property.Get(owner) : null;

    public override bool HasEdited(object owner) => _edited is not null && ReferenceEquals(_edited, property.Get(owner));

    public override void ForgetEdited() => _edited = null;

    public override void Apply(object owner, IStashSerializer serializer, ReadOnlySpan<byte> bytes)
    {
        var value = serializer.Deserialize<T>(bytes);
        if (!IsObject || !Fills(owner, serializer, value))
        {
            property.Set(owner, value);
        }

        Note(owner, serializer);
    }

    public override byte[] Read(object owner, IStashSerializer serializer) => Serialize(serializer, property.Get(owner)).ToArray();

    /// <summary>Gives an object that the user is at what another one has; where nothing of that is missing then, it can stay.</summary>
    private bool Fills(object owner, IStashSerializer serializer, T? value)
    {
        if (value is null || property.Get(owner) is not { } present || present.GetType() != value.GetType() || !(ReferenceEquals(_edited, present) || EditedModel.IsOf(owner, present)))
        {
            return false;
        }

        var whole = Serialize(serializer, value).ToArray();
        try
        {
            EditedModel.Fill(present, value);
            return Serialize(serializer, present).SequenceEqual(whole);
        }
        catch (TargetInvocationException)
        {
            return false; // the accessors are the app's
        }
    }

    private static bool IsSame(T? value, T? other) => typeof(T) == typeof(string)
        ? string.Equals(Unsafe.As<T?, string?>(ref value), Unsafe.As<T?, string?>(ref other))
        : BytesOf(ref value).SequenceEqual(BytesOf(ref other));

    // Not Equals: to that 1.0m is 1.00m, and two times of different offsets may be one.
    private static ReadOnlySpan<byte> BytesOf(ref T? value) => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T?, byte>(ref value), Unsafe.SizeOf<T>());

    private static ReadOnlySpan<byte> Serialize(IStashSerializer serializer, T value)
    {
        // One for each thread and not for each circuit, so that a large value does not cost its circuit memory for good.
        var buffer = s_buffer ??= new(256);
        buffer.ResetWrittenCount();
        serializer.Serialize(buffer, value);
        if (buffer.Capacity > LargestKeptBuffer)
        {
            s_buffer = null;
        }

        return buffer.WrittenSpan;
    }
}
