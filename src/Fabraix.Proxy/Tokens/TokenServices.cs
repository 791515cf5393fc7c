using System.Text.Encodings.Web;
using Fabraix.Proxy.Facts;
using Fabraix.Proxy.Pipeline;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tokens.Dpop;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Fabraix.Proxy.Tokens;

internal static class TokenServices
{
    /// <summary>What holds whatever the configuration: a token that was revoked stays so, and what replicas tell is followed.</summary>
    public static void AddTokenFacts(this IServiceCollection services)
    {
        services.AddSingleton<KeyFetcher>();
        services.AddSingleton(provider => Revocations.Make(provider.GetRequiredService<TimeProvider>(), shared: provider.GetService<SharedFacts>()));
    }

    public static void AddTokens(this IServiceCollection services, TokenOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(provider => new IssuerRegistry(options.Issuers.Select(issuer => new Issuer(issuer, Keys(provider, issuer)))));

        // Never those of an earlier configuration: whoever was good then may not be now.
        services.AddSingleton<VerifiedTokens>(_ => new VerifiedTokens()).AddSingleton<TokenValidator>();
        services.AddSingleton(provider => new Revocations(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IKnownFacts>(), isShared: provider.GetService<SharedFacts>() is not null));
        services.AddSingleton<TokenStep>().AddSingleton<Challenges>();
        AddDpop(services, options);
        services.AddHostedService<IssuerKeysRefresher>();

        // AddAuthentication would also bring data protection, which writes keys to disk that nothing here uses.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        services.TryAddSingleton(UrlEncoder.Default);
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemeConfiguration>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, CallerAuthentication>();
        new AuthenticationBuilder(services).AddJwtBearer();
    }

    private static IssuerKeys Keys(IServiceProvider provider, IssuerOptions issuer) =>
        provider.Earlier<IssuerRegistry>()?.All.FirstOrDefault(earlier => earlier.Options.HasKeysOf(issuer))?.Keys ?? ActivatorUtilities.CreateInstance<IssuerKeys>(provider, issuer);

    private static void AddDpop(IServiceCollection services, TokenOptions options)
    {
        services.AddSingleton(provider => new ProofMemory(provider.GetRequiredService<TimeProvider>(), shared: provider.GetService<SharedFacts>(), clockSkew: options.ClockSkew, earlier: provider.Earlier<ProofMemory>())).AddSingleton<ProofOfPossession>();
        if (!options.AcceptsDpop || options.Dpop.NonceSecret is not { } reference)
            return;
        services.AddSingleton(provider => provider.Earlier<NonceSecret>() is { } earlier && earlier.Reference == reference ? earlier : ActivatorUtilities.CreateInstance<NonceSecret>(provider, reference)).AddSingleton<Nonces>();
        services.AddSingleton<HeldSecret>(provider => provider.GetRequiredService<NonceSecret>());
    }

    /// <summary>The scheme would read Authentication:Schemes:Bearer from the configuration, past everything that judges it.</summary>
    private sealed class NoSchemeConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
