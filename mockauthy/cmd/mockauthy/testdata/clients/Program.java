import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Asks Authy, at the address that is compiled in, about an application. */
class Program {
    public static void main(String[] args) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("https://api.authy.com/protected/json/app/details"))
                .header("X-Authy-API-Key", "d57d919d11e6b221c9bf6f7c882028f9")
                .build();
        System.out.println(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    }
}
