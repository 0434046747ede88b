namespace LiveStash.Tests.PublicApi;

public sealed class BlazorPublicApiTests
{
    [Fact]
    public void LiveStashBlazor_PublicApi_IsAsPinned() => PublicApiPin.Verify(typeof(IStash).Assembly);
}
