using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace LiveStash.Orleans.Engines;

/// <summary>
/// Waits for a grain's answer, but no longer than its patience: in one object, rather than a task, a second one for the limit
/// and a timer. For one call at a time; after one that was answered in time, for another.
/// </summary>
internal sealed class FirstAnswer<TAnswer> : IValueTaskSource
{
    private const int Waiting = 0;
    private const int Answered = 1;
    private const int OutOfPatience = 2;

    private ManualResetValueTaskSourceCore<bool> _settled;
    private ConfiguredValueTaskAwaitable<TAnswer>.ConfiguredValueTaskAwaiter _call;
    private CancellationTokenRegistration _patience;
    private TaskCompletionSource<TAnswer>? _late;
    private TAnswer? _answer;
    private Exception? _failure;
    private int _state;
    private Action? _onAnswer;

    /// <summary>Whether nothing but the waiter can reach this object any more.</summary>
    private bool _isLetGo;

    /// <summary>Waits until there is an answer or a failure, or patience is over. Once.</summary>
    public ValueTask WaitAsync(ValueTask<TAnswer> call, CancellationToken patience)
    {
        // The answer counts from when it is here, however long the page that waits for it is at work.
        _call = call.ConfigureAwait(false).GetAwaiter();
        if (_call.IsCompleted)
        {
            _state = Answered;
            _isLetGo = true;
            Take();
            return default;
        }

        // Before the answer can come, which gives the registration back.
        _patience = patience.UnsafeRegister(static pending => ((FirstAnswer<TAnswer>)pending!).GiveUp(), this);
        _call.UnsafeOnCompleted(_onAnswer ??= OnAnswer);
        return new(this, _settled.Version);
    }

    /// <summary>The answer, if there was one in time.</summary>
    public bool TryGet([MaybeNullWhen(false)] out TAnswer answer)
    {
        answer = _answer;
        return _state == Answered && _failure is null;
    }

    /// <summary>The failure, or what will still come.</summary>
    public Task<TAnswer> AsTask() =>
        _state == OutOfPatience ? _late!.Task : _failure is null ? Task.FromResult(_answer!) : Task.FromException<TAnswer>(_failure);

    /// <summary>Makes it ready for another call, unless the end of patience may still come to this one.</summary>
    public bool TryReset()
    {
        if (!_isLetGo)
        {
            return false;
        }

        _settled.Reset();
        (_call, _patience, _answer, _failure, _state, _isLetGo) = (default, default, default, null, Waiting, false);
        return true;
    }

    void IValueTaskSource.GetResult(short token) => _settled.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _settled.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _settled.OnCompleted(continuation, state, token, flags);

    private void OnAnswer()
    {
        if (Interlocked.CompareExchange(ref _state, Answered, Waiting) == Waiting)
        {
            _isLetGo = _patience.Unregister();
            Take();
            _settled.SetResult(true);
            return;
        }

        // Too late for the one who waited; a repetition may be under way, and this answer is as good as its.
        try
        {
            _late!.SetResult(_call.GetResult());
        }
        catch (Exception exception)
        {
            _late!.SetException(exception);
        }
    }

    private void GiveUp()
    {
        // Before the state, which tells that it is there.
        _late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _state, OutOfPatience, Waiting) == Waiting)
        {
            // Many calls lose their patience in one timer callback.
            _settled.RunContinuationsAsynchronously = true;
            _settled.SetResult(false);
        }
    }

    private void Take()
    {
        try
        {
            _answer = _call.GetResult();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }
}
