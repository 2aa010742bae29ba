namespace DeviceConsole.Protocols.Usp.Wire;

/// <summary>
/// How many fields one message may hold in all. An empty field costs two bytes on the wire and some fifty in memory, so
/// a cap on the bytes alone would let a few megabytes become hundreds.
/// </summary>
internal sealed class ProtoBudget
{
    /// <summary>The whole data model of a large gateway has some 20,000 fields.</summary>
    public const int Maximum = 500_000;

    private int left = Maximum;

    public void Take()
    {
        if (--left < 0) throw new UspDecodeException($"The message has more than {Maximum:N0} fields.");
    }
}
