using Fabraix.Proxy.Secrets;
using Fabraix.TestKit.Stores;

namespace Fabraix.Proxy.WireTests.Stores.Contract;

/// <summary>A store over a network, stood in for by a fake that a genuine SDK takes for it.</summary>
/// <param name="fake">The store.</param>
/// <param name="context">What leads the proxy's store to it.</param>
/// <param name="previous">How a reference names the version before the current one, of all that there are.</param>
/// <param name="noVersion">A version that is not there.</param>
/// <param name="disable">Switches the current version off, where the fake's own <see cref="StoreFake.Disable"/> is not its way.</param>
internal sealed class FakeSubject(StoreFake fake, StoreContext context, Func<IReadOnlyList<string>, string>? previous = null, string noVersion = "", Action<string>? disable = null) : StoreSubject
{
    public override StoreContext Context => context;

    public override IReadOnlyDictionary<Ability, string> Lacks { get; } = LacksOf(fake.Features, disable is not null);

    public override bool TellsRetryAfter => fake.Features.HasFlag(StoreFeatures.RetryAfter);

    public override int Hanging => fake.Hanging;

    public override string NoVersion => noVersion;

    public override string NewName() => fake.NewName();

    public override string Reference(string name, string? version = null, string? field = null) => fake.Reference(name, version, field);

    public override void Put(string name, string value) => fake.Put(name, value);

    public override void Put(string name, IReadOnlyDictionary<string, string> fields) => fake.Put(name, fields);

    public override void Delete(string name) => fake.Delete(name);

    public override string Previous(string name) => previous!(fake.Versions(name));

    public override void Disable(string name)
    {
        if (disable is not null) disable(name);
        else fake.Disable(name);
    }

    public override void Expire(string name) => fake.Expire(name);

    public override void Deny(string name) => fake.Deny(name);

    public override Task SetFaultAsync(string name, Fault fault) => fake.SetFaultAsync(fault);

    public override ValueTask DisposeAsync() => fake.DisposeAsync();

    private static Dictionary<Ability, string> LacksOf(StoreFeatures features, bool disables)
    {
        var lacks = new Dictionary<Ability, string>();
        if (!features.HasFlag(StoreFeatures.Versions)) lacks[Ability.Versions] = "a reference names no version";
        if (!features.HasFlag(StoreFeatures.Disable) && !disables) lacks[Ability.Disable] = "a version cannot be switched off";
        if (!features.HasFlag(StoreFeatures.Expire)) lacks[Ability.Expire] = "the store tells of no end";
        if (features.HasFlag(StoreFeatures.FieldsOnly)) lacks[Ability.PlainText] = "every secret is a set of fields";
        return lacks;
    }
}
