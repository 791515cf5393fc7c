namespace Fabraix.Sandbox.StandIn;

/// <summary>The key types that Fabraix's dashboard offers.</summary>
internal enum KeyType
{
    Development,
    Production,
    Enterprise,
    Restricted,
    Admin,
}
