using Fabraix.Proxy.Errors;
using Microsoft.IdentityModel.Tokens;

namespace Fabraix.Proxy.Tokens;

/// <summary>Carries a refusal through the framework's authentication result, which knows failures only as exceptions. It is never thrown.</summary>
internal sealed class TokenRefusedException(Refusal refusal) : SecurityTokenException(refusal.Rule)
{
    public Refusal Refusal { get; } = refusal;
}
