namespace Fabraix.Proxy.Tests.Configuration;

/// <summary>What no file can be called is a mistake like any other, where an exception ended the program.</summary>
public sealed class FileNamesTests
{
    [Theory]
    [InlineData("Fabraix:Tokens:Issuers:main:Jwks", "file:")]
    [InlineData("Fabraix:Tokens:Issuers:main:Jwks", "file:\\u0000")]
    [InlineData("Fabraix:Tokens:Issuers:main:Jwks", "file:/etc/jwks\\u0000.json")]
    [InlineData("Fabraix:Upstream:CaFile", "\\u0000")]
    [InlineData("Fabraix:Upstream:CaFile", "/etc/ca\\u0000.pem")]
    [InlineData("Fabraix:Keys:default:Secret", "file:/run/key\\u0000")]
    public void Are_refused_where_they_are_none(string path, string value)
    {
        var reading = Sample.Read(Sample.With(path, $"\"{value}\""));

        Assert.Null(reading.Settings);
        Assert.Equal(path, Assert.Single(reading.Mistakes).Path);
    }
}
