using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Components.Shared.Forms;

/// <summary>What happens to a credential when the form is saved.</summary>
public enum SecretState
{
    /// <summary>A new value is being typed; an empty one is not sent.</summary>
    Entered,

    /// <summary>The stored one stays.</summary>
    Kept,

    /// <summary>The stored one goes.</summary>
    Removed,
}

/// <summary>The credentials of a form: stored ones are known by name only.</summary>
public sealed class SecretValues(IReadOnlyList<FieldDescriptor> fields, IReadOnlyList<string> stored)
{
    private readonly Dictionary<string, SecretState> states = fields.ToDictionary(f => f.Id, f => stored.Contains(f.Id) ? SecretState.Kept : SecretState.Entered);
    private readonly Dictionary<string, string> typed = [];

    /// <summary>The credentials.</summary>
    public IReadOnlyList<FieldDescriptor> Fields { get; } = fields;

    /// <summary>What was typed.</summary>
    public string this[string field]
    {
        get => typed.GetValueOrDefault(field, "");
        set => typed[field] = value;
    }

    /// <summary>True where one is stored.</summary>
    public bool IsStored(string field) => stored.Contains(field);

    /// <summary>What happens to it.</summary>
    public SecretState StateOf(string field) => states[field];

    /// <summary>Type a new one.</summary>
    public void Replace(string field) => states[field] = SecretState.Entered;

    /// <summary>Leave the stored one.</summary>
    public void Keep(string field)
    {
        typed.Remove(field);
        states[field] = SecretState.Kept;
    }

    /// <summary>Delete the stored one.</summary>
    public void Remove(string field) => states[field] = SecretState.Removed;

    /// <summary>What the service gets: new values, and empty texts for those to remove. What is kept is absent.</summary>
    public IReadOnlyDictionary<string, string> ToInput()
    {
        var input = new Dictionary<string, string>();
        foreach (var (field, state) in states)
        {
            if (state == SecretState.Removed) input[field] = "";
            else if (state == SecretState.Entered && this[field].Length > 0) input[field] = this[field];
        }
        return input;
    }
}
