namespace Fabraix.Proxy.Secrets;

/// <summary>One kind of store: its scheme, what it makes of a reference without asking anybody, and how it is made.</summary>
/// <param name="Scheme">The part of a reference before the colon.</param>
/// <param name="Judge">What is wrong with a reference, or null.</param>
/// <param name="Make">Makes the store. It asks nobody anything before the first reading.</param>
internal sealed record StoreKind(string Scheme, Func<SecretReference, string?> Judge, Func<StoreContext, ISecretStore> Make);
