using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using DeviceConsole.Protocols.Snmp.Security;
using DeviceConsole.Protocols.Snmp.Wire;

namespace DeviceConsole.Protocols.Snmp.Client;

/// <summary>
/// One request with its tries, from the wait in line to the answer. Reused: the object, its timer and its id list live on in the
/// client's pool, and <see cref="use"/> tells one life from the next.
/// </summary>
internal sealed class SnmpExchange : IValueTaskSource<SnmpReply>
{
    private enum State
    {
        Idle,
        InLine,
        InFlight,
        Done,
    }

    private readonly Lock gate = new();
    private readonly SnmpClient client;
    private readonly ITimer timer;
    private readonly List<(int Id, int Repetitions)> ids = [];
    private ManualResetValueTaskSourceCore<SnmpReply> completion;
    private CancellationTokenRegistration registration;
    private CancellationToken cancellation;
    private SnmpPeer peer = null!;
    private HostState host = null!;
    private ISnmpChannel channel = null!;
    private UsmConversation? secure;
    private SnmpRequest request;
    private State state;
    private int use;
    private int attempts;
    private bool hasSlot;
    private long started;
    private long sent;
    private long due;
    private long armedFor = long.MaxValue;
    private string? garbage;

    public SnmpExchange(SnmpClient client)
    {
        this.client = client;
        timer = client.Time.CreateTimer(static s => ((SnmpExchange)s!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins. With <paramref name="inline"/> the caller's continuation runs on the receiving thread and must never block.</summary>
    public ValueTask<SnmpReply> Start(SnmpPeer to, in SnmpRequest what, bool inline, CancellationToken cancellationToken)
    {
        int current;
        // Keys from passwords take milliseconds: here, and not on the receiving thread.
        if (to.User is { } user) client.Keys.Prepare(user);
        lock (gate)
        {
            current = ++use;
            completion.Reset();
            completion.RunContinuationsAsynchronously = !inline;
            peer = to;
            request = what;
            cancellation = cancellationToken;
            host = client.Hosts.Get(to);
            channel = client.Channel(to);
            if (to.User is not null) (secure ??= new UsmConversation(client)).Start(to, host);
            attempts = 0;
            hasSlot = false;
            garbage = null;
            started = sent = client.Time.GetTimestamp();
            state = State.InLine;
        }

        var task = new ValueTask<SnmpReply>(this, completion.Version);
        if (cancellationToken.CanBeCanceled)
            registration = cancellationToken.UnsafeRegister(static s => ((SnmpExchange)s!).OnCancelled(), this);
        if (!host.TryEnter(this, current)) ArmForDeadline(current);
        else if (!OnTurn(current)) SnmpClient.PassOn(host);
        return task;
    }

    /// <summary>The first in line may send. False where this life is over (cancelled while in line), and the turn is somebody else's.</summary>
    public bool OnTurn(int turnOf)
    {
        SnmpReply? failure;
        lock (gate)
        {
            if (use != turnOf || state != State.InLine) return false;
            state = State.InFlight;
            sent = client.Time.GetTimestamp();
            failure = SendNext();
        }

        if (failure is not null) Finish(turnOf, failure, null);
        return true;
    }

    /// <summary>A response with one of our ids arrived.</summary>
    public void OnDatagram(MessagePeek peek, ReadOnlySpan<byte> datagram, SocketAddress source)
    {
        SnmpReply reply;
        int current;
        lock (gate)
        {
            if (state != State.InFlight || !Owns(peek.Id, out var repetitions) || !EndPointKey.IsSamePeer(source, peer.Address)) return;
            if (peek.Version != peer.Version)
            {
                garbage = $"it answered in version {peek.Version}";
                return;
            }

            try
            {
                if (Read(peek, datagram, repetitions) is not { } read) return;
                reply = read;
            }
            catch (SnmpDecodeException e)
            {
                garbage = e.Message;
                return;
            }

            current = use;
        }

        Finish(current, reply, null);
    }

    /// <summary>Something unreadable arrived from <paramref name="source"/>.</summary>
    public void OnGarbage(SocketAddress source, int length)
    {
        lock (gate)
        {
            if (state == State.InFlight && EndPointKey.IsSamePeer(source, peer.Address)) garbage = $"{length} bytes that are no SNMP message";
        }
    }

    /// <summary>ICMP said that the datagram with this id did not arrive.</summary>
    public void OnUnreachable(int id, SocketAddress destination, SocketError error)
    {
        int current;
        SnmpReply reply;
        lock (gate)
        {
            if (state != State.InFlight || !Owns(id, out _) || !EndPointKey.IsSamePeer(destination, peer.Address)) return;
            current = use;
            reply = Failure(SnmpReplyStatus.Unreachable, error.ToString());
        }

        Finish(current, reply, null);
    }

    /// <summary>The connection that the answer should have come on is gone.</summary>
    public void OnConnectionLost(SocketError error)
    {
        int current;
        SnmpReply reply;
        lock (gate)
        {
            if (state != State.InFlight) return;
            current = use;
            reply = Failure(SnmpReplyStatus.Unreachable, error.ToString());
        }

        Finish(current, reply, null);
    }

    /// <summary>A request of the same device with the same credentials got no answer: neither will this one, which waits in line.</summary>
    public void OnDeviceGone(int waitingUse, SnmpReply seen)
    {
        lock (gate)
        {
            if (use != waitingUse || state != State.InLine) return;
        }

        Finish(waitingUse, seen with { Attempts = 0 }, null);
    }

    /// <summary>The client ends while this waits.</summary>
    public void OnClientDisposed()
    {
        int current;
        lock (gate) current = use;
        Finish(current, null, new ObjectDisposedException(nameof(SnmpClient)));
    }

    /// <summary>True where this exchange, which waits in line, uses the same credentials.</summary>
    public bool HasCredentialsOf(SnmpPeer other)
    {
        lock (gate) return state == State.InLine && peer.HasCredentialsOf(other);
    }

    SnmpReply IValueTaskSource<SnmpReply>.GetResult(short token)
    {
        try
        {
            return completion.GetResult(token);
        }
        finally
        {
            registration.Dispose();
            registration = default;
            client.Return(this);
        }
    }

    /// <summary>Releases the timer of an exchange that the pool has no room for.</summary>
    public void Discard() => timer.Dispose();

    ValueTaskSourceStatus IValueTaskSource<SnmpReply>.GetStatus(short token) => completion.GetStatus(token);

    void IValueTaskSource<SnmpReply>.OnCompleted(Action<object?> continuation, object? s, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, s, token, flags);

    private void OnCancelled()
    {
        int current;
        CancellationToken token;
        lock (gate)
        {
            current = use;
            token = cancellation;
            if (!token.IsCancellationRequested) return;
        }

        Finish(current, null, new OperationCanceledException(token));
    }

    private void OnTimer()
    {
        SnmpReply? reply;
        int current;
        lock (gate)
        {
            armedFor = long.MaxValue;
            if (state is State.Idle or State.Done) return;
            current = use;
            var now = client.Time.GetTimestamp();
            if (now < due)
            {
                Arm(client.Time.GetElapsedTime(now, due));
                return;
            }

            if (state == State.InFlight && hasSlot && Remaining() > TimeSpan.Zero)
            {
                reply = SendNext();
            }
            else if (state == State.InFlight && attempts <= peer.Retries && Remaining() > TimeSpan.Zero)
            {
                if (peer.User is null || !secure!.IsDiscovering) request.Shrink(attempts == peer.Retries);
                reply = SendNext();
            }
            else
            {
                reply = garbage is null
                    ? Failure(SnmpReplyStatus.TimedOut, state == State.InLine ? "other requests to this device came first" : null)
                    : Failure(SnmpReplyStatus.Garbage, garbage);
            }
        }

        if (reply is not null) Finish(current, reply, null);
    }

    // Under the gate. Null, or the failure that ends the exchange. A device with a pace is sent to when its next slot comes.
    private SnmpReply? SendNext()
    {
        if (peer.PacketsPerSecond > 0 && !hasSlot && host.TakeSlot(peer.PacketsPerSecond, client.Time) is var wait && wait > TimeSpan.Zero)
        {
            hasSlot = true;
            Arm(TimeSpanMin(wait, Remaining()));
            return null;
        }

        hasSlot = false;
        if (attempts == 0) sent = client.Time.GetTimestamp();
        var id = channel.Pending.Add(this);
        ids.Add((id, request.Type == PduType.GetBulkRequest ? request.MaxRepetitions : 0));
        attempts++;
        if (peer.User is not null && secure!.IsDiscovering) peer.Watch?.Noted("The device is asked for its SNMPv3 engine");
        else peer.Watch?.Sent(request, attempts);
        var varBinds = request.VarBinds.Span;
        var buffer = ArrayPool<byte>.Shared.Rent(Pdu.MaximumSize(varBinds) + peer.Overhead);
        try
        {
            var message = Write(buffer, id, varBinds);
            Arm(TimeSpanMin(client.WaitFor(peer, attempts), Remaining()));
            return channel.TrySend(message, peer.Address) is { } error
                ? Failure(SnmpReplyStatus.Unreachable, error.ToString())
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ReadOnlySpan<byte> Write(byte[] buffer, int id, ReadOnlySpan<VarBind> varBinds)
    {
        if (peer.User is not null) return secure!.Write(buffer, id, request);
        var writer = new BerWriter(buffer);
        CommunityMessage.Write(ref writer, peer.Version, peer.Community.Span, request.Type, id, request.NonRepeaters, request.MaxRepetitions, varBinds);
        return writer.Written;
    }

    // Under the gate. Null where the wait goes on.
    private SnmpReply? Read(MessagePeek peek, ReadOnlySpan<byte> datagram, int repetitions)
    {
        if (peer.User is null)
            return CommunityMessage.TryRead(datagram.ToArray(), out var message, out _) ? Answer(message.Pdu, datagram.Length, repetitions) : null;
        switch (secure!.Read(datagram.ToArray(), peek.Id, out var pdu))
        {
            case UsmVerdict.Answer:
                return Answer(pdu, datagram.Length, repetitions);
            case UsmVerdict.Report:
                return Failure(SnmpReplyStatus.Report, secure.Detail) with { Report = secure.Report };
            case UsmVerdict.Again:
                // Late answers to what was sent before say nothing any more; and keys may have to be made, which is not for this thread.
                Forget();
                attempts = 0;
                var current = use;
                ThreadPool.UnsafeQueueUserWorkItem(static s => s.Exchange.OnAgain(s.Use), (Exchange: this, Use: current), false);
                return null;
            default:
                garbage = secure.Detail;
                return null;
        }
    }

    private void OnAgain(int current)
    {
        SnmpReply? failure;
        lock (gate)
        {
            if (use != current || state != State.InFlight || ids.Count > 0) return;
            failure = SendNext();
        }

        if (failure is not null) Finish(current, failure, null);
    }

    private void Forget()
    {
        foreach (var (id, _) in ids) channel.Pending.Remove(id);
        ids.Clear();
    }

    private void ArmForDeadline(int current)
    {
        lock (gate)
        {
            if (use == current && state == State.InLine) Arm(client.Options.RequestDeadline);
        }
    }

    // A timer that fires too early looks at the clock and waits on, so that an answered request need not touch it.
    private void Arm(TimeSpan wait)
    {
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        due = client.Time.GetTimestamp() + (long)(wait.TotalSeconds * client.Time.TimestampFrequency);
        if (armedFor <= due) return;
        armedFor = due;
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Remaining() => client.Options.RequestDeadline - client.Time.GetElapsedTime(started);

    private bool Owns(int id, out int repetitions)
    {
        foreach (var entry in ids)
        {
            if (entry.Id != id) continue;
            repetitions = entry.Repetitions;
            return true;
        }

        repetitions = 0;
        return false;
    }

    private SnmpReply Answer(in Pdu pdu, int size, int repetitions) => new()
    {
        Status = SnmpReplyStatus.Answered,
        ErrorStatus = (SnmpErrorStatus)pdu.ErrorStatus,
        ErrorIndex = pdu.ErrorIndex,
        VarBinds = pdu.VarBinds,
        Attempts = attempts,
        Elapsed = client.Time.GetElapsedTime(sent),
        MessageSize = size,
        Repetitions = repetitions,
    };

    private SnmpReply Failure(SnmpReplyStatus status, string? detail) => new()
    {
        Status = status,
        Detail = detail,
        Attempts = attempts,
        Elapsed = client.Time.GetElapsedTime(sent),
    };

    private void Finish(int current, SnmpReply? reply, Exception? exception)
    {
        bool wasInFlight;
        HostState left;
        SnmpPeer of;
        long first;
        lock (gate)
        {
            if (use != current || state is State.Idle or State.Done) return;
            wasInFlight = state == State.InFlight;
            state = State.Done;
            left = host;
            of = peer;
            Forget();
            first = sent;
        }

        if (reply is not null) of.Watch?.Ended(reply);
        if (wasInFlight && reply is not null) left.Note(reply, first, client.Time.GetTimestamp(), of);
        if (wasInFlight) SnmpClient.PassOn(left);
        if (exception is null) completion.SetResult(reply!);
        else completion.SetException(exception);
    }

    private static TimeSpan TimeSpanMin(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
