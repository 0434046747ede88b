using LiveStash;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Recipes;
using Recipes.BaseClasses;
using Recipes.Hosting;
using Recipes.Loading;
using Recipes.Services;
using Recipes.SignIn;
using Recipes.Versions;

// Settings: DataProtection:Keys, a folder; Parcel:Unit, kg for the version before of the recipe of that name.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

// Otherwise build output that is run outside of Development serves no stylesheet and no script.
builder.WebHost.UseStaticWebAssets();

builder.Services.AddRazorComponents().AddInteractiveServerComponents();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(static options => options.LoginPath = SignInEndpoints.Page);
builder.Services.AddAuthorization();
builder.Services.AddCascadingAuthenticationState();
builder.Services.AddHealthChecks();

// Without keys that outlive the process, nothing that a tab has can be read by the next one.
builder.Services.AddDataProtection()
    .SetApplicationName("LiveStash.Recipes")
    .PersistKeysToFileSystem(Directory.CreateDirectory(builder.Configuration["DataProtection:Keys"] ?? Path.Combine(AppContext.BaseDirectory, "keys")));

builder.Services.AddSingleton<Catalog>();
builder.Services.AddScoped<Rates>();
builder.Services.AddSingleton<ParcelUnit>();
builder.Services.AddScoped<CircuitName>();
builder.Services.AddLiveStash().AddService<Basket>().WithBrowserFallback();

var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.UseAntiforgery();
app.MapStaticAssets();
app.MapHealthChecks("/healthz");
app.MapSignIn();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
app.Run();
