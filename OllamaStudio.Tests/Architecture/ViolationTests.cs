using OllamaStudio.Tests.Architecture.Violations.High;

namespace OllamaStudio.Tests.Architecture
{
    /// <summary>That the test of the architecture can fail: a module that is used from below by a call, by a constant and by a doc comment.</summary>
    public sealed class ViolationTests
    {
        private static readonly Layering Layers = new("OllamaStudio.Tests.Architecture.Violations", [["Low"], ["Middle", "Beside"], ["High"]]);

        [Fact]
        public void A_call_from_below_is_found_in_the_assembly()
        {
            var found = Assemblies.ForbiddenIn(typeof(ViolationTests).Assembly, Layers);

            Assert.Contains(found, static use => use is { From: "Low", To: "High" } && use.Where.EndsWith(nameof(Violations.Low.Caller), StringComparison.Ordinal));
            Assert.Contains(found, static use => use is { From: "Low", To: "High" } && use.Where.Contains(nameof(Violations.Low.LaterCaller), StringComparison.Ordinal));
            Assert.DoesNotContain(found, static use => use.From == "High");
        }

        [Theory]
        [InlineData("using OllamaStudio.Tests.Architecture.Violations.High;\nclass C { const string Name = Callee.Name; }")]
        [InlineData("using static OllamaStudio.Tests.Architecture.Violations.High.Callee;")]
        [InlineData("using Name = OllamaStudio.Tests.Architecture.Violations.High.Callee;")]
        [InlineData("class C { const string Name = Violations.High.Callee.Name; }")]
        [InlineData("@using OllamaStudio.Tests.Architecture.Violations.High")]
        [InlineData("/// <see cref=\"High.Callee\"/>")]
        public void A_constant_from_above_is_found_in_the_source(string source) =>
            Assert.Equal([new ModuleDependency("Low", "High", "C.cs")], Layers.ForbiddenIn(source, "Low", "C.cs"));

        [Theory]
        [InlineData("namespace OllamaStudio.Tests.Architecture.Violations.High;")]
        [InlineData("using OllamaStudio.Tests.Architecture.Violations.Low;")]
        [InlineData("var text = \"Violations.High.Callee\";")]
        public void What_is_no_use_or_is_allowed_is_not_found(string source) => Assert.Empty(Layers.ForbiddenIn(source, "Low", "C.cs"));

        [Fact]
        public void Neighbours_and_those_above_may_not_be_used()
        {
            Assert.False(Layers.Allows("Middle", "Beside"));
            Assert.False(Layers.Allows("Middle", "High"));
            Assert.True(Layers.Allows("High", "Beside"));
            Assert.True(Layers.Allows("Middle", "Low"));
        }
    }
}

namespace OllamaStudio.Tests.Architecture.Violations.High
{
    internal static class Callee
    {
        public const string Name = "callee";

        public static Task<string> CallAsync() => Task.FromResult(Name);
    }
}

namespace OllamaStudio.Tests.Architecture.Violations.Low
{
    internal static class Caller
    {
        public static Task<string> CallAsync() => Callee.CallAsync();
    }

    internal static class LaterCaller
    {
        /// <summary>The call lies in a class that the compiler makes.</summary>
        public static async Task<int> CountAsync()
        {
            await Task.Yield();
            return (await Callee.CallAsync()).Length;
        }
    }
}
