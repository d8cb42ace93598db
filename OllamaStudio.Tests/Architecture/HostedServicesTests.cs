using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OllamaStudio.Tests.Architecture;

public sealed class HostedServicesTests
{
    [Fact]
    public void None_that_fails_in_the_background_takes_the_studio_with_it()
    {
        using var services = new ServiceCollection().AddStudio().BuildServiceProvider();
        Assert.Equal(BackgroundServiceExceptionBehavior.Ignore, services.GetRequiredService<IOptions<HostOptions>>().Value.BackgroundServiceExceptionBehavior);
    }
}
