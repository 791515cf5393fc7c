using System.Text.Json;
using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;

namespace Fabraix.Proxy.WireTests.Stores.Contract;

/// <summary>Variables of this process, each under a name of its own.</summary>
internal sealed class EnvironmentSubject : StoreSubject
{
    private const string Local = "nobody is asked";

    public override StoreContext Context { get; } = new();

    public override IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>
    {
        [Ability.Change] = "the environment is fixed when the process starts",
        [Ability.Versions] = "a variable has no versions",
        [Ability.Disable] = "a variable cannot be switched off",
        [Ability.Expire] = "a variable has no end",
        [Ability.Deny] = "a process may read its own environment",
        [Ability.Hang] = Local,
        [Ability.Network] = Local,
    };

    public override int Hanging => 0;

    public override string NoVersion => throw Lacking(Ability.Versions);

    public override string NewName() => "FABRAIX_TEST_" + Guid.NewGuid().ToString("N");

    public override string Reference(string name, string? version = null, string? field = null) => $"env:{name}" + (field is null ? "" : "#" + field);

    public override void Put(string name, string value) => Environment.SetEnvironmentVariable(name, value);

    public override void Put(string name, IReadOnlyDictionary<string, string> fields) => Put(name, JsonSerializer.Serialize(fields));

    public override void Delete(string name) => Environment.SetEnvironmentVariable(name, null);

    public override string Previous(string name) => throw Lacking(Ability.Versions);

    public override void Disable(string name) => throw Lacking(Ability.Disable);

    public override void Expire(string name) => throw Lacking(Ability.Expire);

    public override void Deny(string name) => throw Lacking(Ability.Deny);

    public override Task SetFaultAsync(string name, Fault fault) => throw Lacking(Ability.Network);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private NotSupportedException Lacking(Ability ability) => new(Lacks[ability]);
}
