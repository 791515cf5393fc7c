using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Fabraix.Proxy.Tokens;

internal static class TokenServices
{
    public static void AddTokens(this IServiceCollection services, TokenOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<KeyFetcher>();
        services.AddSingleton(provider => new IssuerRegistry(options.Issuers.Select(issuer => new Issuer(issuer, ActivatorUtilities.CreateInstance<IssuerKeys>(provider, issuer)))));
        services.AddSingleton<VerifiedTokens>(_ => new VerifiedTokens()).AddSingleton<TokenValidator>();
        services.AddSingleton<TokenStep>();
        services.AddHostedService<IssuerKeysRefresher>();

        // AddAuthentication would also bring data protection, which writes keys to disk that nothing here uses.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = JwtBearerDefaults.AuthenticationScheme);
        services.TryAddSingleton(UrlEncoder.Default);
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemeConfiguration>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, CallerAuthentication>();
        new AuthenticationBuilder(services).AddJwtBearer();
    }

    /// <summary>The scheme would read Authentication:Schemes:Bearer from the configuration, past everything that judges it.</summary>
    private sealed class NoSchemeConfiguration : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
