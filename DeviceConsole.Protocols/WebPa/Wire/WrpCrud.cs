namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>Creates, reads, changes or deletes an object of the agent, or answers that: one shape for the four types.</summary>
/// <param name="Kind"><see cref="WrpType.Create"/> to <see cref="WrpType.Delete"/>.</param>
public sealed record WrpCrud(WrpType Kind) : WrpRoutedMessage
{
    /// <inheritdoc />
    public override WrpType Type => Kind;

    /// <summary>The object's path, where it is not in the destination.</summary>
    public string? Path { get; init; }
}
