using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Shared;

public class StudioUiTests
{
    [Fact]
    public void What_is_to_be_found_waits_for_its_conversation_and_is_dropped_when_another_page_is_shown()
    {
        var ui = new StudioUi();
        var request = new FindRequest("c", "m", "word");
        ui.RequestFind(request);
        ui.KeepFind("c");
        Assert.Null(ui.TakeFind("other"));
        Assert.Same(request, ui.TakeFind("c"));

        ui.RequestFind(request);
        ui.KeepFind(null);
        Assert.Null(ui.TakeFind("c"));
    }
}
