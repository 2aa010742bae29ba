namespace DeviceConsole.Protocols.Cwmp.Admission;

/// <summary>Who goes first where not all can be let in; the later ones of the list before the earlier ones.</summary>
internal enum InformRank
{
    /// <summary>It calls as it does from time to time, and has lost nothing when it calls later.</summary>
    Routine,

    /// <summary>It started, or has something to tell.</summary>
    News,

    /// <summary>It was sent away before, and comes back (RetryCount, TR-069 §3.2.1.1).</summary>
    Returned,

    /// <summary>Somebody waits for it: it answers a connection request, reports the end of a job, or answers the challenge that it was just given.</summary>
    Awaited,
}
