using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Fabraix.Proxy.Authorization;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tests.Authorization;

namespace Fabraix.Proxy.Tests.Keys;

public sealed class ApiKeyTests
{
    private const string Value = "not-a-real-key";

    [Theory]
    [InlineData(Value)]
    [InlineData(Value + "\n")]
    [InlineData(Value + "\r\n")]
    public void Takes_one_newline_off_the_end(string text) => Assert.Equal(Value, Parsed(text).OpenFor(Callers.Grant()));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n", "empty")]
    [InlineData("\r\n", "empty")]
    [InlineData(Value + "\n\n", "visible ASCII")]
    [InlineData("\n" + Value, "visible ASCII")]
    [InlineData(" " + Value, "visible ASCII")]
    [InlineData(Value + " ", "visible ASCII")]
    [InlineData(Value + "\r", "visible ASCII")]
    [InlineData("two words", "visible ASCII")]
    [InlineData("a\tb", "visible ASCII")]
    [InlineData("a\0b", "visible ASCII")]
    [InlineData("a\u007fb", "visible ASCII")]
    [InlineData("caf\u00e9", "visible ASCII")]
    [InlineData("\ufeffkey", "visible ASCII")]
    [InlineData("env:FABRAIX_API_KEY", "reference")]
    [InlineData("file:/run/secrets/key", "reference")]
    [InlineData("vault:secret/data/fabraix#api_key", "reference")]
    [InlineData("kubernetes:namespace/name#key", "reference")]
    [InlineData("aws-secrets-manager:name", "reference")]
    [InlineData("${FABRAIX_API_KEY}", "reference")]
    [InlineData("$(FABRAIX_API_KEY)", "reference")]
    [InlineData("{{fabraix.key}}", "reference")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)", "reference")]
    public void Refuses_what_cannot_be_a_key(string text, string why)
    {
        Assert.False(ApiKey.TryParse(text, out var key, out _, out var problem));
        Assert.Null(key);
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_4_KiB_and_not_a_byte_more()
    {
        Assert.Equal(4096, Parsed(new string('k', 4096) + "\n").OpenFor(Callers.Grant()).Length);
        Assert.False(ApiKey.TryParse(new string('k', 4097), out _, out _, out var problem));
        Assert.Contains("4 KiB", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_nothing_of_a_refused_value()
    {
        Assert.False(ApiKey.TryParse("very secret", out _, out _, out var problem));
        Assert.DoesNotContain("very", problem, StringComparison.Ordinal);
    }

    // Computed apart: HMAC-SHA256 keyed by the value over "fabraix-proxy key fingerprint", first 8 hex digits.
    [Theory]
    [InlineData(Value, "0b429c9c")]
    [InlineData("x", "71b424b3")]
    public void Has_a_known_fingerprint(string text, string fingerprint) => Assert.Equal(fingerprint, Parsed(text).Fingerprint);

    [Fact]
    public void Never_shows_its_value()
    {
        var key = Parsed(Value);

        Assert.Equal("[redacted]", key.ToString());
        Assert.Equal("key [redacted]", $"key {key}");
        Assert.Equal("[redacted]", string.Format(null, "{0}", key));
        Assert.DoesNotContain(Value, JsonSerializer.Serialize(key), StringComparison.Ordinal);
        Assert.DoesNotContain(Value, JsonSerializer.Serialize<object>(key), StringComparison.Ordinal);
        var reading = SecretText.Read(Value, field: null, version: null);
        Assert.DoesNotContain(Value, $"{reading} {reading.Content} {KeyReading.Of(reading)}", StringComparison.Ordinal);
        Assert.DoesNotContain(Value, JsonSerializer.Serialize(reading), StringComparison.Ordinal);
        Assert.Equal("[redacted]", typeof(ApiKey).GetCustomAttribute<DebuggerDisplayAttribute>()?.Value);
    }

    /// <summary>A public member that is a string is what serializers and destructuring loggers look at.</summary>
    [Fact]
    public void Has_no_member_that_a_logger_would_read_the_value_from() =>
        Assert.Equal([nameof(ApiKey.Fingerprint)], typeof(ApiKey).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(property => property.Name));

    [Fact]
    public void Opens_for_nobody_without_a_grant()
    {
        Assert.Throws<ArgumentNullException>(() => Parsed(Value).OpenFor((Grant)null!));
        Assert.Throws<ArgumentNullException>(() => Parsed(Value).OpenFor((OperatorRequest)null!));
    }

    [Fact]
    public void Knows_the_same_secret_again()
    {
        Assert.True(Parsed(Value).Matches(Parsed(Value + "\n")));
        Assert.False(Parsed(Value).Matches(Parsed(Value + "2")));
        Assert.False(Parsed(Value).Matches(Parsed("Not-a-real-key")));
    }

    private static ApiKey Parsed(string text)
    {
        Assert.True(ApiKey.TryParse(text, out var key, out _, out _));
        return key;
    }
}
