using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Secrets.Environment;
using Fabraix.Proxy.Secrets.File;
using Fabraix.Proxy.Tests.Authorization;

namespace Fabraix.Proxy.Tests.Secrets;

public sealed class StoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _variable = "FABRAIX_PROXY_TEST_" + Guid.NewGuid().ToString("N");

    public void Dispose()
    {
        System.Environment.SetEnvironmentVariable(_variable, null);
        _folder.Dispose();
    }

    [Fact]
    public void Are_known_by_their_exact_scheme()
    {
        Assert.True(SecretStores.Knows("env"));
        Assert.True(SecretStores.Knows("file"));
        Assert.False(SecretStores.Knows("FILE"));
    }

    [Fact]
    public async Task Reads_a_variable()
    {
        System.Environment.SetEnvironmentVariable(_variable, "not-a-real-key");

        Assert.Equal("not-a-real-key", Opened(await Read(new EnvironmentSecretStore(), _variable)));
    }

    [Fact]
    public async Task Says_that_a_variable_is_not_set() =>
        Assert.Equal("the environment variable that the reference names is not set", (await Read(new EnvironmentSecretStore(), _variable)).Problem);

    [Theory]
    [InlineData("two words", "visible ASCII")]
    [InlineData("${FABRAIX_API_KEY}", "reference")]
    public async Task Says_what_is_wrong_with_a_variable_and_not_what_it_holds(string value, string why)
    {
        System.Environment.SetEnvironmentVariable(_variable, value);

        var reading = await Read(new EnvironmentSecretStore(), _variable);

        Assert.Null(reading.Key);
        Assert.Contains(why, reading.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(value, reading.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FABRAIX_API_KEY", true)]
    [InlineData("FABRAIX-API-KEY", false)]
    [InlineData("A B", false)]
    [InlineData("A=B", false)]
    [InlineData("CAFÉ", false)]
    public void Knows_a_variables_name(string name, bool good) => Assert.Equal(good, SecretStores.Judge(Reference("env", name)) is null);

    [Fact]
    public async Task Reads_a_file_anew_each_time()
    {
        var file = _folder.Write("key", "first\n");
        var store = new FileSecretStore();
        Assert.Equal("first", Opened(await Read(store, file)));

        _folder.Write("key", "second\r\n");

        Assert.Equal("second", Opened(await Read(store, file)));
    }

    /// <summary>How a Kubernetes Secret volume changes: the link to the data moves.</summary>
    [Fact]
    public async Task Follows_a_link_that_moves()
    {
        _folder.Write("one", "first");
        _folder.Write("two", "second");
        File.CreateSymbolicLink(_folder.At("key"), "one");
        Assert.Equal("first", Opened(await Read(new FileSecretStore(), _folder.At("key"))));

        File.CreateSymbolicLink(_folder.At("key_tmp"), "two");
        File.Move(_folder.At("key_tmp"), _folder.At("key"), overwrite: true);

        Assert.Equal("second", Opened(await Read(new FileSecretStore(), _folder.At("key"))));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n", "empty")]
    [InlineData("a b", "visible ASCII")]
    [InlineData("\ufeffkey", "visible ASCII")]
    [InlineData("env:OTHER", "reference")]
    public async Task Says_what_is_wrong_with_a_file(string text, string why)
    {
        var reading = await Read(new FileSecretStore(), _folder.Write("key", text));

        Assert.Null(reading.Key);
        Assert.Contains(why, reading.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4096, "", true)]
    [InlineData(4096, "\n", true)]
    [InlineData(4096, "\r\n", true)]
    [InlineData(4096, "\n\n", false)]
    [InlineData(4097, "", false)]
    [InlineData(4096, "\r\nmore", false)]
    [InlineData(4096, "\n\n\n\n", false)]
    [InlineData(100_000, "", false)]
    public async Task Takes_a_file_of_4_KiB_and_a_newline_and_never_a_part_of_a_longer_one(int length, string end, bool taken) =>
        Assert.Equal(taken, (await Read(new FileSecretStore(), _folder.Write("key", new string('k', length) + end))).Key is not null);

    [Fact]
    public async Task Says_that_a_file_does_not_exist()
    {
        Assert.Equal("the file does not exist", (await Read(new FileSecretStore(), _folder.At("nowhere"))).Problem);
        Assert.Equal("the file does not exist", (await Read(new FileSecretStore(), _folder.At("no/where"))).Problem);
    }

    [Fact]
    public async Task Says_that_a_folder_is_no_file() =>
        Assert.Equal(SecretOutcome.Forbidden, (await Read(new FileSecretStore(), _folder.Path)).Outcome);

    [Fact]
    public async Task Reads_a_field_of_a_file()
    {
        var file = _folder.Write("keys.json", """{"other":"x","api_key":"not-a-real-key\n"}""");

        Assert.Equal("not-a-real-key", Opened(KeyReading.Of(await new FileSecretStore().ReadAsync(Reference("file", file, "api_key"), TestContext.Current.CancellationToken))));
    }

    private static SecretReference Reference(string scheme, string identifier, string? field = null) => new(scheme, identifier, field);

    private static async Task<KeyReading> Read(ISecretStore store, string identifier) =>
        KeyReading.Of(await store.ReadAsync(Reference(store is FileSecretStore ? "file" : "env", identifier), TestContext.Current.CancellationToken));

    private static string? Opened(KeyReading reading) => reading.Key?.OpenFor(Callers.Grant());
}
