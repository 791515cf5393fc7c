using Fabraix.Proxy.Errors;
using Fabraix.Proxy.Tests.Telemetry;
using Fabraix.Proxy.Tokens;
using Microsoft.Extensions.Time.Testing;

namespace Fabraix.Proxy.Tests.Tokens;

/// <summary>A revoked token is refused for as long as it could live, remembered or not, and no other is.</summary>
public sealed class RevocationsTests : IDisposable
{
    private const string Main = "main";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Jose.Now);
    private readonly TokenOptions _options;
    private readonly Revocations _revocations;
    private readonly TokenValidator _validator;

    public RevocationsTests()
    {
        _options = new TokenOptions { Issuers = [Issuers.Options(_folder.Write("jwks.json", Jose.Jwks(Jose.Jwk("ES256"))))] };
        _revocations = new Revocations(_options, _time, Revocations.Make(_time));
        _validator = Validator(_revocations);
    }

    public static TheoryData<string> Ways() => ["token", "jti", "subject"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Refuses_a_revoked_token_that_was_never_seen(string way)
    {
        var token = Token("a");
        Revoke(way, token);

        await AssertRevokedAsync(token);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Refuses_a_revoked_token_that_is_remembered(string way)
    {
        var token = Token("a");
        Assert.NotNull((await Validate(token)).Caller);
        Assert.NotNull((await Validate(token)).Caller);
        Revoke(way, token);

        await AssertRevokedAsync(token);
        await AssertRevokedAsync(token);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Leaves_every_other_token_alone(string way)
    {
        Revoke(way, Token("a"));

        Assert.NotNull((await Validate(Token("b", subject: "user-2"))).Caller);
        Assert.NotNull((await Validate(Token(id: null, subject: "user-2"))).Caller);
    }

    [Fact]
    public async Task Refuses_a_token_without_a_jti_by_what_is_signed_of_it()
    {
        var token = Token(id: null);
        Revoke("token", token);

        await AssertRevokedAsync(token);
    }

    /// <summary>SEC 1 section 4.1.4: where (r, s) holds, so does (r, n - s).</summary>
    [Fact]
    public async Task Refuses_a_token_whose_signature_was_changed_into_the_other_one_that_holds()
    {
        var token = Token(id: null);
        var other = WithOtherSignature(token);
        Assert.NotEqual(token, other);
        Assert.NotNull((await Validate(other)).Caller);
        Revoke("token", token);

        await AssertRevokedAsync(other);
    }

    [Fact]
    public async Task Refuses_a_subjects_tokens_that_were_issued_until_now_and_the_skew_and_no_later_ones()
    {
        _revocations.RevokeSubject(Main, "user-1");

        foreach (var issued in (int[])[-60, 0, 30])
            await AssertRevokedAsync(Token("a", issued: issued));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.NotNull((await Validate(Token("a", issued: 31))).Caller);
        await AssertRevokedAsync(Token("a", issued: 30));
    }

    [Fact]
    public async Task Knows_a_jti_and_a_subject_together_with_their_issuer_alone()
    {
        _revocations.RevokeId("other", "a");
        _revocations.RevokeSubject("other", "user-1");
        _revocations.RevokeId(Main, "user-1");
        _revocations.RevokeSubject(Main, "a");

        Assert.NotNull((await Validate(Token("a"))).Caller);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Holds_until_no_such_token_could_live_and_not_longer(string way)
    {
        var until = Revoke(way, Token("a"));
        Assert.Equal(Jose.Now + _options.MaxLifetime + (2 * _options.ClockSkew), until);

        _time.Advance(until - Jose.Now - TimeSpan.FromTicks(1));
        Assert.True(_revocations.Any);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(_revocations.Any);
        Assert.NotNull((await Validate(Token("a", issued: (int)(until - Jose.Now).TotalSeconds))).Caller);
    }

    [Fact]
    public async Task Holds_for_a_token_whose_dates_lie_ahead_until_it_is_dead()
    {
        var token = Token("a", issued: 3600);
        Revoke("token", token);

        _time.Advance(TimeSpan.FromSeconds(3600 + 299));
        await AssertRevokedAsync(token);
    }

    [Fact]
    public void Forgets_nothing_where_there_is_no_room()
    {
        var few = new Revocations(_options, _time, Revocations.Make(_time, most: 2));

        Assert.NotNull(few.RevokeId(Main, "a"));
        Assert.NotNull(few.RevokeSubject(Main, "user-1"));
        Assert.Null(few.RevokeId(Main, "b"));
        Assert.NotNull(few.RevokeId(Main, "a"));
        Assert.Equal(2, few.Count);
    }

    /// <summary>Who signs in and out again and again takes a share, and others go on.</summary>
    [Fact]
    public void Lets_one_subject_take_no_more_than_a_share()
    {
        var shared = new Revocations(_options, _time, Revocations.Make(_time, most: 10, mostOfOne: 2));
        var (first, other) = (Token("a"), Token("a", subject: "user-2"));

        Assert.NotNull(Revoke(shared, first));
        Assert.NotNull(Revoke(shared, Token("b")));
        Assert.Null(Revoke(shared, Token("c")));
        Assert.Null(Revoke(shared, Token(id: null)));
        Assert.NotNull(Revoke(shared, first));
        Assert.NotNull(Revoke(shared, other));
        Assert.NotNull(shared.RevokeSubject(Main, "user-1"));
        Assert.NotNull(shared.RevokeId(Main, "c"));

        _time.Advance(_options.MaxLifetime + (2 * _options.ClockSkew));
        Assert.NotNull(Revoke(shared, Token("d")));
    }

    [Fact]
    public void Needs_one_place_for_a_token_with_or_without_a_jti()
    {
        Revoke("token", Token("a"));
        Assert.Equal(1, _revocations.Count);
        Revoke("jti", Token("a"));
        Assert.Equal(1, _revocations.Count);
        Revoke("token", Token(id: null));
        Assert.Equal(2, _revocations.Count);
    }

    [Fact]
    public async Task Does_not_take_tokens_with_an_empty_jti_for_each_other()
    {
        Revoke("token", Token(""));

        await AssertRevokedAsync(Token(""));
        Assert.NotNull((await Validate(Token("", subject: "user-2"))).Caller);
    }

    [Fact]
    public void Costs_no_memory_for_a_token_while_nothing_is_revoked_and_none_while_something_is()
    {
        var token = Token("a");
        var facts = TokenFacts.Of(token, Main, Claims(token));
        Assert.False(_revocations.Any);
        _revocations.RevokeId(Main, "other");
        _revocations.Hold(facts, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ = _revocations.Any && _revocations.Hold(facts, 0);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static string Token(string? id, string subject = "user-1", int issued = 0) => Jose.Token(claims =>
    {
        if (id is not null)
            claims["jti"] = id;
        claims["sub"] = subject;
        claims["iat"] = Jose.Now.ToUnixTimeSeconds() + issued;
        claims["exp"] = Jose.Now.ToUnixTimeSeconds() + issued + 300;
    });

    private static string WithOtherSignature(string token)
    {
        var order = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, provider: null);
        var dot = token.LastIndexOf('.');
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        var s = order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        var other = new byte[64];
        signature.AsSpan(0, 32).CopyTo(other);
        bytes.CopyTo(other.AsSpan(64 - bytes.Length));
        return $"{token[..dot]}.{Jose.Encode(other)}";
    }

    private TokenClaims Claims(string token) => _validator.Read(token).Read!.Claims;

    private DateTimeOffset? Revoke(Revocations revocations, string token) => revocations.RevokeToken(TokenFacts.Of(token, Main, Claims(token)), Claims(token).Subject, Claims(token));

    private DateTimeOffset Revoke(string way, string token) => (way switch
    {
        "token" => _revocations.RevokeToken(TokenFacts.Of(token, Main, Claims(token)), Claims(token).Subject, Claims(token)),
        "jti" => _revocations.RevokeId(Main, "a"),
        _ => _revocations.RevokeSubject(Main, "user-1"),
    })!.Value;

    private TokenValidator Validator(Revocations revocations)
    {
        var issuers = _options.Issuers.Select(issuer => new Issuer(issuer, new IssuerKeys(issuer, new KeyFetcher(), _time, new LogLines<IssuerKeys>())));
        return new TokenValidator(new IssuerRegistry(issuers), new VerifiedTokens(), revocations, _options, _time);
    }

    private ValueTask<TokenVerdict> Validate(string token) => _validator.ValidateAsync(token, TestContext.Current.CancellationToken);

    private async Task AssertRevokedAsync(string token)
    {
        var refusal = (await Validate(token)).Refusal;
        Assert.Equal((ProxyError.TokenInvalid, "token: revoked"), (refusal?.Error, refusal?.Rule));
    }
}
