namespace DeviceConsole.Protocols.Usp.Mtp.Mqtt;

/// <summary>
/// The topics of USP over MQTT here. An agent publishes to <c>PREFIX/TENANT/controller/ENDPOINT-ID</c> and listens to
/// <c>PREFIX/TENANT/agent/ENDPOINT-ID</c>; the broker's access list lets each agent's user do this under its own endpoint ID alone,
/// so the topic proves the sender (TR-369 §"MQTT Binding" leaves topics to the operator).
/// </summary>
public sealed record UspTopics(string Prefix, string Tenant, string EndpointId)
{
    private const string ReplyTo = "reply-to=";

    /// <summary>Where the agent's messages come.</summary>
    public string Controller => $"{Prefix}/{Tenant}/controller/{EndpointId}";

    /// <summary>Where the agent listens.</summary>
    public string Agent => $"{Prefix}/{Tenant}/agent/{EndpointId}";

    /// <summary>What a controller listens to.</summary>
    public static string Filter(string prefix) => $"{prefix}/+/controller/#";

    /// <summary>
    /// Reads the topic of a message to the controller. <paramref name="replyTo"/> is what an agent of MQTT 3.1.1 put at its end, unescaped.
    /// </summary>
    public static UspTopics? Read(string prefix, string topic, out string? replyTo)
    {
        replyTo = null;
        if (!topic.StartsWith(prefix + "/", StringComparison.Ordinal)) return null;
        var parts = topic[(prefix.Length + 1)..].Split('/');
        if (parts.Length is not (3 or 4) || parts[1] != "controller" || parts[0].Length == 0 || parts[2].Length == 0) return null;
        if (parts.Length == 4)
        {
            if (!parts[3].StartsWith(ReplyTo, StringComparison.Ordinal)) return null;
            replyTo = Uri.UnescapeDataString(parts[3][ReplyTo.Length..]);
        }
        return new UspTopics(prefix, parts[0], parts[2]);
    }

    /// <summary>Reads the topic that an agent listens to.</summary>
    public static UspTopics? ReadAgent(string prefix, string topic)
    {
        if (!topic.StartsWith(prefix + "/", StringComparison.Ordinal)) return null;
        var parts = topic[(prefix.Length + 1)..].Split('/');
        return parts.Length >= 3 && parts[1] == "agent" && parts[0].Length > 0 && parts[2].Length > 0 ? new UspTopics(prefix, parts[0], parts[2]) : null;
    }

    /// <summary>True where this agent may listen there: its own topic or one below it, never another agent's.</summary>
    public bool MayListenTo(string topic) =>
        (topic == Agent || topic.StartsWith(Agent + "/", StringComparison.Ordinal)) && !topic.Contains('+', StringComparison.Ordinal) && !topic.Contains('#', StringComparison.Ordinal);

    /// <summary>A topic with the sender's own behind it, as MQTT 3.1.1 has it instead of a property.</summary>
    public static string WithReplyTo(string topic, string replyTo) => $"{topic}/{ReplyTo}{replyTo.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal)}";
}
