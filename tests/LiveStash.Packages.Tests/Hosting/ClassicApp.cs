namespace LiveStash.Packages.Tests.Hosting;

/// <summary>An app as Blazor Server's were before .NET 8: a Razor page, one root component and blazor.server.js.</summary>
internal static class ClassicApp
{
    public static void Write(NewApp app)
    {
        app.Write($"{app.Name}.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk.Web">

              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>

            </Project>
            """);
        app.Write("Program.cs",
            """
            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddRazorPages();
            builder.Services.AddServerSideBlazor();

            var app = builder.Build();
            app.UseStaticFiles();
            app.MapBlazorHub();
            app.MapFallbackToPage("/_Host");
            app.Run();
            """);
        app.Write("_Imports.razor",
            """
            @using Microsoft.AspNetCore.Components.Routing
            @using Microsoft.AspNetCore.Components.Web
            @using static Microsoft.AspNetCore.Components.Web.RenderMode
            """);
        app.Write("App.razor",
            """
            <Router AppAssembly="typeof(App).Assembly">
                <Found Context="routeData">
                    <RouteView RouteData="routeData" />
                </Found>
            </Router>
            """);
        app.Write("Pages/_Host.cshtml",
            $"""
            @page "/"
            @namespace {app.Name}.Pages
            @addTagHelper *, Microsoft.AspNetCore.Mvc.TagHelpers
            <!DOCTYPE html>
            <html lang="en">
            <head>
                <meta charset="utf-8" />
                <base href="~/" />
            </head>
            <body>
                <component type="typeof(App)" render-mode="ServerPrerendered" />
                <script src="_framework/blazor.server.js"></script>
            </body>
            </html>
            """);
    }
}
