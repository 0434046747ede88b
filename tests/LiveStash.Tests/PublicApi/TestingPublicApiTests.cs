namespace LiveStash.Tests.PublicApi;

public sealed class TestingPublicApiTests
{
    [Fact]
    public void LiveStashTesting_PublicApi_IsAsPinned() => PublicApiPin.Verify(typeof(TestStash).Assembly);
}
