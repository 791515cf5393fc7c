using Fabraix.Proxy.Browser;
using Fabraix.Proxy.Configuration;
using Fabraix.Proxy.Edge;
using Fabraix.Proxy.Forwarding;
using Fabraix.Proxy.Health;
using Fabraix.Proxy.Keys;
using Fabraix.Proxy.Mint;
using Fabraix.Proxy.RateLimiting;
using Fabraix.Proxy.Routes;
using Fabraix.Proxy.Secrets;
using Fabraix.Proxy.Tokens;

namespace Fabraix.Proxy;

/// <summary>One accepted configuration, immutable: section <c>Fabraix</c> and <c>AllowedHosts</c>. Nothing else reads <see cref="IConfiguration"/> for the proxy's own settings.</summary>
internal sealed record ProxySettings(
    EdgeOptions Edge,
    IReadOnlyList<RouteRule> Routes,
    BrowserOptions Browser,
    TokenOptions Tokens,
    RateLimitOptions RateLimits,
    IReadOnlyList<KeyOptions> Keys,
    UpstreamOptions Upstream,
    MintOptions? Mint,
    ManagementOptions Management,
    TelemetryOptions Telemetry,
    StopOptions Stop)
{
    /// <summary>Bytes that any route takes at most.</summary>
    public int LargestBody => Routes.Max(route => route.MaxBytes);

    /// <summary>Reads and judges the whole configuration; with a single mistake there are no settings.</summary>
    /// <param name="configuration">All of it.</param>
    /// <param name="around">What is known of the start; null where another one's configuration is looked at.</param>
    public static SettingsReading Read(IConfigurationRoot configuration, Surroundings? around = null)
    {
        var findings = new Findings();
        var top = new SectionReader(configuration, "", findings);
        var fabraix = top.Section("Fabraix");
        var (routes, tokens) = (RoutesOptions.Read(fabraix.Section("Routes")), TokenOptions.Read(fabraix.Section("Tokens")));
        var settings = new ProxySettings(
            EdgeOptions.Read(top, fabraix.Section("Edge")),
            routes,
            BrowserOptions.Read(fabraix.Section("Browser")),
            tokens,
            RateLimitOptions.Read(fabraix.Section("RateLimits")),
            KeyOptions.Read(fabraix.Section("Keys")),
            UpstreamOptions.Read(fabraix.Section("Upstream")),
            MintOptions.Read(fabraix, tokens, routes),
            ManagementOptions.Read(fabraix.Section("Management")),
            TelemetryOptions.Read(fabraix.Section("Telemetry")),
            StopOptions.Read(fabraix.Section("Stop")));
        settings = settings with
        {
            Browser = settings.Browser with { SendsProofs = settings.Tokens.AcceptsDpop },
            Tokens = settings.Tokens.Beside(settings.RateLimits.InFlight.Total) with { GroupClaim = settings.RateLimits.WeightClaim },
        };
        fabraix.RefuseUnknownKeys();

        RefuseUnknownKeyNames(configuration, fabraix);
        RefuseKeysElsewhere(settings, fabraix);
        RootNames.RefuseUnknown(configuration, fabraix.Known, findings);
        TelemetrySettings.Judge(configuration, findings);
        if (around is not null)
            Judge(around, configuration, settings, fabraix.Known, findings);
        if (configuration["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] is not null)
            findings.Mistake("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "trusts any client's word about its address.", "Remove the variable, and set Fabraix:Edge:TrustedProxies to the networks of your own proxies.");
        return new SettingsReading(findings.Mistakes.Count == 0 ? settings : null, findings.Mistakes, findings.Warnings);
    }

    private static void Judge(Surroundings around, IConfiguration configuration, ProxySettings settings, IReadOnlyCollection<string> sections, Findings findings)
    {
        // A secret's own variable may be called as it likes.
        var ours = settings.Keys.Select(key => key.Secret).Concat(settings.Mint?.Secrets ?? []).Append(settings.Tokens.Dpop.NonceSecret).Append(settings.RateLimits.Store?.Password).OfType<SecretReference>().Where(secret => secret.Scheme == "env").Select(secret => secret.Identifier).ToHashSet(StringComparer.Ordinal);
        RootNames.JudgeVariables(around.Variables.Where(name => !ours.Contains(name)), sections, findings);
        PublicListeners.Judge(configuration, around, settings.Management.Url, findings);
    }

    /// <summary>A backend would be handed the API key as its own secret.</summary>
    private static void RefuseKeysElsewhere(ProxySettings settings, SectionReader fabraix)
    {
        var keys = settings.Keys.Select(key => key.Secret).ToHashSet();
        var others = (settings.Mint?.Clients ?? []).Select(client => (Path: $"Mint:Clients:{client.Name}:Secret", client.Secret)).Append((Path: "Tokens:NonceSecret", Secret: settings.Tokens.Dpop.NonceSecret!)).Append((Path: "RateLimits:StorePassword", Secret: settings.RateLimits.Store?.Password!));
        foreach (var (path, _) in others.Where(other => other.Secret is not null && keys.Contains(other.Secret)))
            fabraix.Mistake(path, "is the reference of an entry of Fabraix:Keys.", "Make a secret of its own: openssl rand -hex 32.");
    }

    private static void RefuseUnknownKeyNames(IConfiguration configuration, SectionReader fabraix)
    {
        var configured = fabraix.Names("Keys").ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var path in fabraix.Names("Routes").Select(route => $"Routes:{route}:Key"))
        {
            if (configuration[$"{fabraix.Path}:{path}"] is not { Length: > 0 } key || configured.Contains(key))
                continue;
            fabraix.Mistake(path, "names no entry of Fabraix:Keys.", configured.Count == 0 ? "Add the key under Fabraix:Keys." : $"Set one of {string.Join(", ", configured)}.");
        }
    }
}

/// <summary>What reading a configuration gave.</summary>
internal sealed record SettingsReading(ProxySettings? Settings, IReadOnlyList<Mistake> Mistakes, IReadOnlyList<Mistake> Warnings);
