namespace DeviceConsole.Protocols.Usp.Wire.Records;

/// <summary>Where a record stands in the segmentation of a payload.</summary>
public enum SarState
{
    /// <summary>The payload is whole.</summary>
    None = 0,

    /// <summary>The first segment.</summary>
    Begin = 1,

    /// <summary>One in the middle.</summary>
    InProcess = 2,

    /// <summary>The last segment.</summary>
    Complete = 3,
}
