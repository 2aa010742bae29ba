namespace DeviceConsole.Core.Mibs;

/// <summary>A module as it is stored: packed on any thread, so that the database need not wait for it.</summary>
/// <param name="File">The file that it stood in.</param>
/// <param name="Module">The module.</param>
/// <param name="Outline">Without its texts.</param>
/// <param name="Texts">Its texts.</param>
/// <param name="Signature">What its descriptions can contain (<see cref="TextSignature"/>).</param>
/// <param name="Diagnostics">What was wrong, as JSON.</param>
internal sealed record StoredDocument(Guid File, MibModule Module, byte[] Outline, byte[] Texts, byte[] Signature, string Diagnostics)
{
    /// <summary>Packs a module.</summary>
    public static StoredDocument Of(Guid file, MibModule module) =>
        new(file, module, ModuleDocument.PackOutline(module), ModuleDocument.Pack(ModuleDocument.Texts(module)), TextSignature.Of(module), MibStore.ToJson(module.Diagnostics));
}
