using Fabraix.Proxy.Secrets;
using Fabraix.TestKit.Stores;

namespace Fabraix.Proxy.WireTests.Stores.Contract;

/// <summary>What a store may be unable to do by its nature. A case that needs it does not apply to such a store.</summary>
internal enum Ability
{
    Change,
    Versions,
    Fields,
    PlainText,
    Disable,
    Expire,
    Deny,
    Hang,
    Network,
}

/// <summary>One kind of store under test: secrets are put into it as its operator would, and read as the proxy reads them.</summary>
internal abstract class StoreSubject : IAsyncDisposable
{
    public abstract StoreContext Context { get; }

    /// <summary>What it cannot do, and why.</summary>
    public abstract IReadOnlyDictionary<Ability, string> Lacks { get; }

    /// <summary>Whether a throttled answer says when to come back.</summary>
    public virtual bool TellsRetryAfter => false;

    /// <summary>Readings that wait for <see cref="Fault.Hang"/> to end.</summary>
    public abstract int Hanging { get; }

    public abstract string NewName();

    public abstract string Reference(string name, string? version = null, string? field = null);

    /// <summary>Makes a value the current one.</summary>
    public abstract void Put(string name, string value);

    /// <summary>Makes a set of fields the current value.</summary>
    public abstract void Put(string name, IReadOnlyDictionary<string, string> fields);

    public abstract void Delete(string name);

    /// <summary>How a reference names the version before the current one.</summary>
    public abstract string Previous(string name);

    /// <summary>A name for a version that is lawful, and that no version has.</summary>
    public abstract string NoVersion { get; }

    public abstract void Disable(string name);

    public abstract void Expire(string name);

    public abstract void Deny(string name);

    public abstract Task SetFaultAsync(string name, Fault fault);

    public abstract ValueTask DisposeAsync();
}
