var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    // Configuration and assets lie beside the program, wherever it is started from.
    ContentRootPath = AppContext.BaseDirectory,
});
builder.WebHost.UseStaticWebAssets();

var app = builder.Build();
app.MapStaticAssets();
app.Run();
