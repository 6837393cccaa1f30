state_bucket = "shop-staging-tfstate"
account_id   = "222222222222"

orders = {
  db_subnet_cidr = "10.30.0.0/16"
  # Staging's pages may call production's public API: a list of origins names other environments on purpose.
  allowed_origins = ["https://shop.example", "https://staging.shop.example"]
}
