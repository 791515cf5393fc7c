using System.Globalization;
using System.Text;
using Fabraix.Proxy.Secrets;
using Fabraix.TestKit.Stores;
using Xunit;

namespace Fabraix.Proxy.WireTests.Stores.Contract;

/// <summary>One contract for all stores: the same event has the same outcome, by name, wherever a secret is kept.</summary>
public sealed class StoreContractTests
{
    private static readonly Dictionary<string, Func<Task<StoreSubject>>> Subjects = new()
    {
        ["env"] = () => Task.FromResult<StoreSubject>(new EnvironmentSubject()),
        ["file"] = () => Task.FromResult<StoreSubject>(new FileSubject()),
        ["azure-key-vault"] = async () => Of(await AzureKeyVaultSubject.StartAsync(), Before, new string('0', 32)),
        ["aws-secrets-manager"] = async () => Of(await AwsSecretsManagerSubject.StartAsync(), _ => AwsSecretsManagerFake.Previous, "NOSUCHSTAGE"),
        ["aws-parameter-store"] = async () => Of(await AwsParameterStoreSubject.StartAsync(), Before, "99"),
        ["gcp-secret-manager"] = async () => Of(await GoogleSecretManagerSubject.StartAsync(), Before, "99"),
        ["vault"] = async () => OfVault(await VaultSubject.StartAsync()),
        ["vault (version 1)"] = async () => Of(await VaultSubject.StartAsync(kvVersion: 1)),
        ["kubernetes"] = async () => Of(await KubernetesSubject.StartAsync()),
    };

    public static async Task<IEnumerable<TheoryDataRow<string, string>>> Applicable()
    {
        var rows = new List<TheoryDataRow<string, string>>();
        foreach (var (store, start) in Subjects)
        {
            await using var subject = await start();
            rows.AddRange(ContractCase.All.Where(one => one.NotFor(subject) is null).Select(one => new TheoryDataRow<string, string>(store, one.Name)));
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Applicable))]
    public async Task Holds(string store, string name)
    {
        await using var subject = await Subjects[store]();
        using var run = new ContractRun(subject);
        await ContractCase.All.Single(one => one.Name == name).Run(run);
    }

    [Fact]
    public async Task Is_held_by_every_store_that_a_reference_can_name()
    {
        Assert.Equal(SecretStores.Schemes.Order(StringComparer.Ordinal), Subjects.Keys.Select(store => store.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal));
        Console.WriteLine(await DescribeAsync());
    }

    private static string Before(IReadOnlyList<string> versions) => versions[^2];

    private static FakeSubject Of((StoreFake Fake, StoreContext Context) started, Func<IReadOnlyList<string>, string>? previous = null, string noVersion = "") =>
        new(started.Fake, started.Context, previous, noVersion);

    private static FakeSubject OfVault((StoreFake Fake, StoreContext Context) started) =>
        new(started.Fake, started.Context, Before, "99", name => ((VaultFake)started.Fake).Destroy(name));

    /// <summary>Every case and every store: what it comes to, or why it does not come up.</summary>
    private static async Task<string> DescribeAsync()
    {
        var text = new StringBuilder("The contract of secret stores, case by case:\n");
        foreach (var (store, start) in Subjects)
        {
            await using var subject = await start();
            foreach (var one in ContractCase.All)
                text.Append(CultureInfo.InvariantCulture, $"  {store,-22} {one.Name,-34} {(one.NotFor(subject) is { } why ? $"does not come up: {why}" : one.Outcome)}\n");
        }

        return text.ToString();
    }
}
