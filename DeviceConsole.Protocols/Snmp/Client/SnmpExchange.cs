using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
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
    private UdpChannel channel = null!;
    private SnmpRequest request;
    private State state;
    private int use;
    private int attempts;
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
        lock (gate)
        {
            current = ++use;
            completion.Reset();
            completion.RunContinuationsAsynchronously = !inline;
            peer = to;
            request = what;
            cancellation = cancellationToken;
            host = client.Hosts.Get(to);
            channel = client.Channel(to.Family);
            attempts = 0;
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
                if (!CommunityMessage.TryRead(datagram.ToArray(), out var message, out _)) return;
                reply = Answer(message.Pdu, datagram.Length, repetitions);
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

            if (state == State.InFlight && attempts <= peer.Retries && Remaining() > TimeSpan.Zero)
            {
                request.Shrink(attempts == peer.Retries);
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

    // Under the gate. Null, or the failure that ends the exchange.
    private SnmpReply? SendNext()
    {
        var id = channel.Pending.Add(this);
        ids.Add((id, request.Type == PduType.GetBulkRequest ? request.MaxRepetitions : 0));
        attempts++;
        peer.Watch?.Sent(request, attempts);
        var varBinds = request.VarBinds.Span;
        var buffer = ArrayPool<byte>.Shared.Rent(Pdu.MaximumSize(varBinds) + peer.Community.Length + 24);
        try
        {
            var writer = new BerWriter(buffer);
            CommunityMessage.Write(
                ref writer, peer.Version, peer.Community.Span, request.Type, id, request.NonRepeaters, request.MaxRepetitions, varBinds);
            Arm(TimeSpanMin(client.WaitFor(peer, attempts), Remaining()));
            return channel.TrySend(writer.Written, peer.Address) is { } error
                ? Failure(SnmpReplyStatus.Unreachable, error.ToString())
                : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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
            foreach (var (id, _) in ids) channel.Pending.Remove(id);
            ids.Clear();
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
