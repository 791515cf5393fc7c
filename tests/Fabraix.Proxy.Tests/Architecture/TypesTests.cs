using System.Reflection;
using System.Runtime.CompilerServices;

namespace Fabraix.Proxy.Tests.Architecture;

public sealed class TypesTests
{
    // The web SDK makes Program public.
    private static readonly Type[] Types = [.. typeof(ProxyHost).Assembly.GetTypes().Where(type => type.FullName != "Program")];

    /// <summary>It is a program: nothing outside has a reason to build on its types.</summary>
    [Fact]
    public void Are_all_internal() => Assert.DoesNotContain(Types, type => type.IsVisible);

    [Fact]
    public void Are_sealed_unless_another_derives_from_them() => Assert.DoesNotContain(
        Types.Where(type => type.IsClass && !type.IsAbstract && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null),
        type => !type.IsSealed && !Types.Any(other => other.BaseType == type));

    /// <summary>The folder is the namespace, so that <c>using</c> tells who uses whom.</summary>
    [Fact]
    public void Are_in_the_namespace_of_their_folder() => Assert.Empty(SourceFile.All
        .Where(file => file.Path != "Program.cs")
        .Where(file => !file.Lines.Contains($"namespace {string.Join('.', ["Fabraix.Proxy", .. file.Path.Split('/')[..^1]])};"))
        .Select(file => file.Path));
}
