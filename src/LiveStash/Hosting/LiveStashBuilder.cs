using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Hosting;

internal sealed class LiveStashBuilder(IServiceCollection services) : ILiveStashBuilder
{
    public IServiceCollection Services { get; } = services;
}
