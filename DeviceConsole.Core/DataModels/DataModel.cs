namespace DeviceConsole.Core.DataModels;

/// <summary>One model, everything resolved.</summary>
/// <param name="Name">For example "Device:2.16".</param>
/// <param name="Spec">The URN of its document, for example "urn:broadband-forum-org:tr-181-2-16-0-usp".</param>
/// <param name="Root">The object at the top, for example "Device.".</param>
/// <param name="Nodes">In the order of the document.</param>
public sealed record DataModel(string Name, string Spec, string Root, IReadOnlyList<ModelNode> Nodes)
{
    /// <summary>How many nodes of a kind it has.</summary>
    public int Count(ModelNodeKind kind) => Nodes.Count(n => n.Kind == kind);
}
